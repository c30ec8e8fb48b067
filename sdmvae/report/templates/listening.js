(() => {
  const section = document.getElementById("listening");
  if (!section) return;
  const panels = [...section.querySelectorAll(".utterance")].map(makePanel);
  let current = panels[0];
  section.classList.add("switched");
  const choice = section.querySelector(".utterances");
  choice.hidden = panels.length < 2;
  choice.addEventListener("change", (event) => open(panels[event.target.value]));
  section.addEventListener("keydown", (event) => {
    const onButton = event.target.matches("button, input[type=checkbox]");
    if (event.key !== " " || onButton) return;
    event.preventDefault();
    current.toggle();
  });
  // The last chosen cell, and whether it is heard or the original; they are kept when the
  // utterance changes.
  let cell = null;
  let heard = 0;
  section.addEventListener("keydown", ({ key, ctrlKey, altKey, metaKey }) => {
    if (ctrlKey || altKey || metaKey) return;
    if (key.toLowerCase() === "a") choose(0);
    if (key.toLowerCase() === "b") choose(cell ?? current.first);
  });
  section.querySelector(".switching").hidden = false;
  // A row of the table of all scores chooses its cell.
  for (const row of document.querySelectorAll("#scores [data-cell]")) {
    const index = current.find(row.dataset.cell);
    const button = row.querySelector(".listen");
    if (index < 0 || !button) continue;
    const listen = () => {
      choose(index);
      section.scrollIntoView();
      current.focus();
    };
    button.hidden = false;
    row.classList.add("clickable");
    row.addEventListener("click", (event) => {
      if (!event.target.closest("a") && !String(getSelection())) listen();
    });
  }
  open(current);

  function open(wanted) {
    current.stop();
    current = wanted;
    for (const panel of panels) panel.root.hidden = panel !== wanted;
    if (cell !== null) current.picture(cell);
    current.choose(heard);
  }

  function choose(index) {
    heard = index;
    if (index > 0) cell = index;
    current.choose(index);
  }

  function makePanel(root) {
    const sounds = [...root.querySelectorAll("audio")];
    const play = root.querySelector(".play");
    const seek = root.querySelector(".seek");
    const time = root.querySelector(".time");
    const seconds = Number(root.dataset.seconds);
    const inputs = [...root.querySelectorAll("tbody input")];
    let sound = sounds[0];
    let playing = false;
    root.querySelector(".player").hidden = false;

    function show() {
      const at = Math.min(sound.currentTime, seconds);
      seek.value = at;
      seek.setAttribute("aria-valuetext", `${at.toFixed(1)} seconds`);
      time.value = `${at.toFixed(1)} s`;
      for (const head of root.querySelectorAll(".playhead")) {
        head.hidden = at === 0;
        head.style.left = `${(100 * at) / seconds}%`;
      }
    }
    function follow() {
      show();
      if (playing) requestAnimationFrame(follow);
    }
    function setPlaying(now) {
      playing = now;
      play.textContent = now ? "❚❚ Pause" : "▶ Play";
      play.setAttribute("aria-pressed", String(now));
    }
    function start() {
      setPlaying(true);
      sound.play().catch(() => {});
      follow();
    }
    function stop() {
      setPlaying(false);
      sound.pause();
      show();
    }
    function hear(index) {
      const before = sound;
      inputs[index].checked = true;
      sound = sounds[index];
      if (sound !== before) {
        before.pause();
        sound.currentTime = before.currentTime;
        if (playing) sound.play().catch(() => {});
      }
      if (index > 0) picture(index);
    }
    function picture(index) {
      for (const image of root.querySelectorAll("img[data-stream]")) {
        image.hidden = Number(image.dataset.stream) !== index;
      }
      for (const label of root.querySelectorAll(".cell")) label.textContent = inputs[index].dataset.name;
    }
    function jump(at) {
      sound.currentTime = Math.max(0, Math.min(at, seconds));
      show();
    }
    play.addEventListener("click", () => toggle());
    seek.addEventListener("input", () => jump(Number(seek.value)));
    for (const picture of root.querySelectorAll(".spectrogram .inside")) {
      picture.addEventListener("click", (event) => {
        const { left, width } = picture.getBoundingClientRect();
        jump((seconds * (event.clientX - left)) / width);
      });
    }
    root.querySelector("tbody").addEventListener("change", (event) => choose(Number(event.target.value)));
    for (const row of root.querySelectorAll("tbody tr")) {
      row.addEventListener("click", () => choose(Number(row.dataset.stream)));
    }
    for (const audio of sounds) {
      audio.preload = "auto";
      // Another player on the page may have stopped this one.
      audio.addEventListener("pause", () => {
        if (audio === sound && playing && !audio.ended) stop();
      });
      audio.addEventListener("ended", () => {
        if (audio !== sound) return;
        audio.currentTime = 0;
        if (root.querySelector(".repeat").checked) start();
        else stop();
      });
    }
    function toggle() {
      if (playing) stop();
      else start();
    }
    return {
      root, toggle, stop, picture, choose: hear,
      first: Number(root.dataset.first),
      find: (name) => inputs.findIndex((input) => input.dataset.name === name),
      focus: () => inputs.find((input) => input.checked).focus({ preventScroll: true }),
    };
  }
})();
