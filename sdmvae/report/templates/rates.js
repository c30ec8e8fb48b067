drawPoints(document.querySelector("[data-chart=rates]"), specifications.rates);
