{
  const quality = document.getElementById("scatter-quality");
  const sparsity = document.getElementById("scatter-sparsity");
  const published = document.getElementById("scatter-published");
  const place = document.getElementById("scatter-chart");
  const redraw = async () => {
    const view = await draw(place, `scatter-${quality.value}-${sparsity.value}`);
    if (published) await view.signal("published", published.checked).runAsync();
  };
  for (const each of [quality, sparsity, published]) if (each) each.addEventListener("change", redraw);
  redraw();
}
