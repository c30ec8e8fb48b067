{
  const quality = document.getElementById("scatter-quality");
  const sparsity = document.getElementById("scatter-sparsity");
  const published = document.getElementById("scatter-published");
  const place = document.getElementById("scatter-chart");
  const isPublished = ({ name = "" }) => name.startsWith("published");
  const redraw = () => {
    const whole = specifications[`scatter-${quality.value}-${sparsity.value}`];
    if (published) published.disabled = !whole.layer.some(isPublished);
    const shown = (layer) => !isPublished(layer) || (published && published.checked);
    drawPoints(place, { ...whole, layer: whole.layer.filter(shown) });
  };
  for (const control of [quality, sparsity, published]) {
    if (control) control.addEventListener("change", redraw);
  }
  redraw();
}
