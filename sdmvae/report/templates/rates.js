draw(document.querySelector("[data-chart=rates]"), specifications.rates);
