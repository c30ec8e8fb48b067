draw(document.querySelector("[data-chart=rates]"), "rates");
