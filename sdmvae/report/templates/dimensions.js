// Lets a reader move one dimension of a code, and shows and plays what the decoder makes of it.
(() => {
  const place = document.getElementById("dimensions-data");
  const section = document.getElementById("dimensions");
  const data = place && JSON.parse(place.textContent);
  if (!data || !data.cells.length) return;
  const find = (name) => section.querySelector(`#dimensions-${name}`);
  const [cellChoice, choice, scale, keep] = ["cell", "choice", "scale", "keep"].map(find);
  const bins = data.window / 2 + 1;
  // Red is the lowest byte of a pixel.
  const palette = data.colours.map(([red, green, blue]) => (
    ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0
  ));
  let cell = null;
  let unchanged = null; // levels in dB
  let drawn = 0; // the request of the next drawing
  section.querySelector(".workbench").hidden = false;

  const toLevels = (power) => power.map((value) => (
    Math.max(data.least, 10 * Math.log10(Math.max(value / data.largest, 1e-300)))
  ));
  const decodeChanged = () => decodeCodes(
    cell, changeCodes(cell, Number(choice.value), Number(scale.value), Number(keep.value)), data,
  );

  function paint(canvas, levels) {
    canvas.width = data.frames;
    canvas.height = bins;
    const context = canvas.getContext("2d");
    const image = context.createImageData(data.frames, bins);
    const pixels = new Uint32Array(image.data.buffer);
    const last = palette.length - 1;
    for (let frame = 0; frame < data.frames; frame += 1) {
      for (let bin = 0; bin < bins; bin += 1) {
        const fraction = 1 - levels[frame * bins + bin] / data.least;
        const step = Math.max(0, Math.min(last, Math.floor(fraction * (last + 1))));
        pixels[(bins - 1 - bin) * data.frames + frame] = palette[step];
      }
    }
    context.putImageData(image, 0, 0);
  }

  // A new sound goes on where the old one was.
  function load(audio, power) {
    const { currentTime, paused, src } = audio;
    audio.src = URL.createObjectURL(encodeWave(synthesise(power, data), data.rate));
    if (src) URL.revokeObjectURL(src);
    if (currentTime) audio.currentTime = currentTime;
    if (!paused) audio.play().catch(() => {});
  }

  function showSettings() {
    find("scale-value").value = `× ${Number(scale.value).toFixed(2)}`;
    find("keep-value").value = Number(keep.value) === cell.dims ? `all ${cell.dims}` : `${keep.value} of ${cell.dims}`;
  }

  function picture() {
    const power = decodeChanged();
    const levels = toLevels(power);
    paint(find("changed"), levels);
    const squares = levels.reduce((sum, level, at) => sum + (level - unchanged[at]) ** 2, 0);
    find("effect").value = `${Math.sqrt(squares / levels.length).toFixed(1)} dB`;
    return power;
  }

  function change() {
    showSettings();
    cancelAnimationFrame(drawn);
    drawn = requestAnimationFrame(picture);
  }

  function finish() {
    showSettings();
    cancelAnimationFrame(drawn);
    load(find("changed-sound"), picture());
  }

  function drawAtom() {
    const shown = find("atom");
    shown.hidden = !cell.dictionary;
    if (!cell.dictionary) return;
    const atom = Number(choice.value);
    const entries = [];
    for (let at = atom; at < cell.dictionary.length; at += cell.dims) entries.push(cell.dictionary[at]);
    const largest = Math.max(...entries.map(Math.abs)) || 1;
    const width = 100 / entries.length;
    const bars = entries.map((entry, row) => {
      const height = (48 * entry) / largest;
      return `M${row * width} 50h${0.8 * width}v${-height}h${-0.8 * width}z`;
    });
    shown.querySelector("path").setAttribute("d", bars.join(""));
    shown.querySelector("svg").setAttribute("aria-label", `The ${entries.length} entries of atom ${atom + 1}`);
    find("atom-number").textContent = atom + 1;
  }

  function reset() {
    scale.value = 1;
    keep.value = cell.dims;
    finish();
  }

  function openCell() {
    cell = unpackCell(data.cells[cellChoice.selectedIndex]);
    choice.replaceChildren(...cell.order.map((dimension) => (
      new Option(`${dimension + 1} (deviation ${cell.deviations[dimension].toFixed(2)})`, dimension)
    )));
    keep.max = cell.dims;
    const power = decodeCodes(cell, cell.codes, data);
    unchanged = toLevels(power);
    paint(find("unchanged"), unchanged);
    load(find("unchanged-sound"), power);
    drawAtom();
    reset();
  }

  for (const slider of [scale, keep]) {
    slider.addEventListener("input", change);
    slider.addEventListener("change", finish);
  }
  choice.addEventListener("change", () => {
    drawAtom();
    finish();
  });
  cellChoice.addEventListener("change", openCell);
  find("reset").addEventListener("click", reset);
  openCell();
})();
