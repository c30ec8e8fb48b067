"use strict";

// Everything that is folded is unfolded for printing.
let folded = [];
window.addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  folded.forEach((details) => { details.open = true; });
});
window.addEventListener("afterprint", () => folded.forEach((details) => { details.open = false; }));

// On a phone, the longest sections begin folded, so that a reader comes to the end of the page.
if (window.matchMedia("(max-width: 600px)").matches) {
  document.querySelectorAll("details.long").forEach((details) => { details.open = false; });
}

// Where a browser gives a folded section no width, its charts take their width when it unfolds.
document.querySelectorAll("details.long").forEach((details) => {
  details.addEventListener("toggle", () => window.dispatchEvent(new Event("resize")));
});

// Only one sound plays at a time.
document.addEventListener("play", ({ target }) => {
  for (const audio of document.querySelectorAll("audio")) if (audio !== target) audio.pause();
}, true);

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

// Draws a chart with one point per cell. The chart is one stop of the tabulator key; the arrow
// keys go from point to point, and the point with the focus shows its tooltip.
async function drawPoints(place, specification) {
  const view = await draw(place, specification);
  const points = [...place.querySelectorAll(".mark-symbol.role-mark path")];
  const item = (point) => point.__data__;
  points.forEach((point, index) => {
    point.setAttribute("tabindex", index ? -1 : 0);
    point.setAttribute("role", "img");
    point.setAttribute("aria-label", Object.values(item(point).tooltip).join(", "));
    point.addEventListener("focus", () => {
      const { left, top, width, height } = point.getBoundingClientRect();
      const event = { clientX: left + width / 2, clientY: top + height / 2 };
      view.tooltip()(null, event, item(point), item(point).tooltip);
    });
    point.addEventListener("blur", (event) => view.tooltip()(null, event, item(point), null));
    point.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = points[(index + step + points.length) % points.length];
      point.setAttribute("tabindex", -1);
      next.setAttribute("tabindex", 0);
      next.focus();
    });
  });
  return view;
}
