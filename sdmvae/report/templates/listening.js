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
  open(current);

  function open(wanted) {
    current.stop();
    current = wanted;
    for (const panel of panels) panel.root.hidden = panel !== wanted;
  }

  function makePanel(root) {
    const sounds = [...root.querySelectorAll("audio")];
    const play = root.querySelector(".play");
    const seek = root.querySelector(".seek");
    const time = root.querySelector(".time");
    const seconds = Number(root.dataset.seconds);
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
    function choose(index) {
      const before = sound;
      sound = sounds[index];
      if (sound !== before) {
        before.pause();
        sound.currentTime = before.currentTime;
        if (playing) sound.play().catch(() => {});
      }
      if (index > 0) {
        for (const image of root.querySelectorAll("img[data-stream]")) {
          image.hidden = Number(image.dataset.stream) !== index;
        }
        const name = root.querySelector(`input[name][value="${index}"]`).dataset.name;
        for (const label of root.querySelectorAll(".cell")) label.textContent = name;
      }
    }
    play.addEventListener("click", () => toggle());
    seek.addEventListener("input", () => {
      sound.currentTime = Number(seek.value);
      show();
    });
    root.querySelector("tbody").addEventListener("change", (event) => choose(Number(event.target.value)));
    for (const audio of sounds) {
      audio.preload = "auto";
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
    return { root, toggle, stop };
  }
})();
