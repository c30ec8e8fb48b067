"use strict";

// Everything that is folded is unfolded for printing.
let folded = [];
window.addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  folded.forEach((details) => { details.open = true; });
});
window.addEventListener("afterprint", () => folded.forEach((details) => { details.open = false; }));

const specifications = JSON.parse(document.getElementById("specifications").textContent);

function draw(place, specification) {
  return vegaEmbed(place, specification, {
    actions: false, renderer: "svg", mode: "vega-lite", defaultStyle: false,
    tooltip: { disableDefaultStyle: true },
  }).then(({ view }) => {
    // On a touch screen nothing can be pointed at, so a tap shows the tooltip as well.
    view.addEventListener("click", (event, item) => {
      view.tooltip()(null, event, item, item ? item.tooltip : null);
    });
    return view;
  });
}
