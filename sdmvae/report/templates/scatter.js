{
  const quality = document.getElementById("scatter-quality");
  const sparsity = document.getElementById("scatter-sparsity");
  const layers = ["intervals", "published"].map((name) => [name, document.getElementById(`scatter-${name}`)]);
  const place = document.getElementById("scatter-chart");
  const redraw = () => {
    const whole = specifications[`scatter-${quality.value}-${sparsity.value}`];
    const wanted = ({ name = "" }) =>
      layers.every(([layer, box]) => !name.startsWith(layer) || (box && box.checked));
    const published = layers[1][1];
    if (published) published.disabled = !whole.layer.some(({ name }) => name === "published");
    draw(place, { ...whole, layer: whole.layer.filter(wanted) });
  };
  const controls = [quality, sparsity, ...layers.map(([, box]) => box)];
  for (const control of controls) if (control) control.addEventListener("change", redraw);
  redraw();
}
