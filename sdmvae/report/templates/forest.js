for (const place of document.querySelectorAll("#forest [data-chart]")) {
  drawPoints(place, specifications[place.dataset.chart]);
}
