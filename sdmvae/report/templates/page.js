"use strict";

// On paper, what is folded away is unfolded.
let folded = [];
window.addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  folded.forEach((each) => { each.open = true; });
});
window.addEventListener("afterprint", () => folded.forEach((each) => { each.open = false; }));

const specifications = JSON.parse(document.getElementById("specifications").textContent);

function draw(place, specification) {
  return vegaEmbed(place, specification, {
    actions: false, renderer: "svg", mode: "vega-lite", defaultStyle: false,
    tooltip: { disableDefaultStyle: true },
  }).then(({ view }) => {
    // A finger cannot hover: what it taps is told as well.
    view.addEventListener("click", (event, item) => {
      view.tooltip()(null, event, item, item ? item.tooltip : null);
    });
    return view;
  });
}
