{
  const places = [...document.querySelectorAll("#curves [data-chart]")];
  const views = Promise.all(places.map((place) => draw(place, specifications[place.dataset.chart])));
  const signal = async (name, value) => {
    for (const view of await views) await view.signal(name, value).runAsync();
  };
  const chips = [...document.querySelectorAll(".chip")];
  const pressed = (chip) => chip.getAttribute("aria-pressed") === "true";
  const choose = () => signal("chosen", chips.filter(pressed).map((chip) => chip.dataset.cell));
  for (const chip of chips) {
    chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", String(!pressed(chip)));
      choose();
    });
  }
  document.getElementById("all-cells").addEventListener("click", () => {
    chips.forEach((chip) => chip.setAttribute("aria-pressed", "false"));
    choose();
  });
  const first = document.getElementById("first-epoch");
  if (first) {
    first.addEventListener("input", () => {
      first.parentNode.querySelector("output").textContent = first.value;
      signal("first", Number(first.value));
    });
  }
}
