for (const place of document.querySelectorAll("#probes [data-chart]")) {
  drawPoints(place, specifications[place.dataset.chart]);
}
