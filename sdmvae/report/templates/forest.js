for (const place of document.querySelectorAll("#forest [data-chart]")) {
  draw(place, specifications[place.dataset.chart]);
}
