// The page: reads what is in it, and ties buttons and keys to time, cameras and what is seen.
import { Card } from "./cards.js";
import { listen } from "./keys.js";
import { Motion } from "./motion.js";
import { Player } from "./player.js";
import { Stage } from "./stage.js";
import { unpack } from "./unpacking.js";

const by = (id) => document.getElementById(id);
const root = document.documentElement;
const SHOWN = ["human", "robot", "contacts", "target"];

function fail(line) {
  by("problem").textContent = line;
  by("problem").hidden = false;
  by("canvas").hidden = true;
}

function hasWebGL() {
  return document.createElement("canvas").getContext("webgl2") !== null;
}

async function start() {
  const content = JSON.parse(by("content").textContent);
  document.title = content.samples[0].text || document.title;
  if (typeof DecompressionStream === "undefined") {
    fail("This browser is too old to unpack the motion: open the page in one of 2023 or later.");
    root.dataset.ready = "too-old";
    return;
  }
  const arrays = await unpack(by("arrays").textContent, content.arrays);
  const motions = content.samples.map((sample) => new Motion(arrays, sample));
  const cards = motions.map((motion) => new Card(by("cards"), motion));
  let stage = null;
  if (hasWebGL()) stage = new Stage(by("canvas"), by("labels"), motions);
  else fail("This browser cannot draw in three dimensions: WebGL is missing or switched off. The figures are beside.");
  run(motions, cards, stage);
  root.dataset.ready = stage ? "drawn" : "no-webgl";
}

function run(motions, cards, stage) {
  const player = new Player(motions);
  let dirty = true;
  const touch = (change) => () => { change(); dirty = true; };
  const seek = by("seek"), grasp = touch(() => { player.playing = false; player.seek(motions[0].grasp); });

  function measure() {
    seek.max = player.duration;
    by("marks").replaceChildren(...[...new Set(motions.map((m) => m.grasp))].flatMap((time, i) => {
      const mark = document.createElement("b"), word = document.createElement("span");
      const left = `calc(8px + (100% - 16px) * ${player.duration ? time / player.duration : 0})`;
      mark.style.left = word.style.left = left;
      mark.title = "the grasp";
      word.textContent = i ? "" : "grasp";
      return [mark, word];
    }));
  }

  function see(what, on) {
    const human = motions[0].humanFrame(player.time);
    for (const motion of motions) motion.see[what] = on;
    by(`show-${what}`).checked = on;
    player.seek(motions[0].timeOfHuman(human));
    measure();
  }

  function look(preset) {
    stage?.look(preset);
    for (const button of document.querySelectorAll("[data-camera]")) button.setAttribute("aria-pressed", button.dataset.camera === preset);
  }

  function faster(by_) {
    const speed = by("speed");
    speed.selectedIndex = Math.min(Math.max(speed.selectedIndex + by_, 0), speed.length - 1);
    player.speed = Number(speed.value);
  }

  function loop(on) { player.loop = by("loop").checked = on; }

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
  function repaint() {
    by("theme").textContent = isDark() ? "Light" : "Dark";
    stage?.repaint();
  }

  const present = { human: true, contacts: true, robot: motions.some((m) => m.sample.robot), target: motions.some((m) => m.target) };
  for (const what of SHOWN) {
    by(`show-${what}`).parentElement.hidden = !present[what];
    by(`show-${what}`).onchange = touch(() => see(what, by(`show-${what}`).checked));
  }
  by("play").onclick = touch(() => player.toggle());
  by("to-grasp").onclick = grasp;
  by("speed").onchange = () => { player.speed = Number(by("speed").value); };
  by("loop").onchange = () => loop(by("loop").checked);
  by("theme").onclick = touch(() => { root.dataset.theme = isDark() ? "light" : "dark"; repaint(); });
  dark.addEventListener("change", touch(repaint));
  seek.oninput = touch(() => { player.playing = false; player.seek(Number(seek.value)); });
  for (const button of document.querySelectorAll("[data-camera]")) button.onclick = touch(() => look(button.dataset.camera));
  const flip = (what) => touch(() => { if (present[what]) see(what, !motions[0].see[what]); });
  listen({
    " ": by("play").onclick, g: grasp, l: touch(() => loop(!player.loop)),
    ArrowLeft: (shift) => { player.step(shift ? -10 : -1); dirty = true; },
    ArrowRight: (shift) => { player.step(shift ? 10 : 1); dirty = true; },
    ArrowUp: touch(() => faster(1)), ArrowDown: touch(() => faster(-1)),
    Home: touch(() => player.seek(0)), End: touch(() => player.seek(player.duration)),
    1: touch(() => look("eyes")), 2: touch(() => look("side")), 3: touch(() => look("close")),
    h: flip("human"), r: flip("robot"), c: flip("contacts"), t: flip("target"),
  });

  function show() {
    for (const motion of motions) motion.show(player.time);
    for (const card of cards) card.update(player.time);
    seek.value = player.time;
    seek.setAttribute("aria-valuetext", `${player.time.toFixed(2)} of ${player.duration.toFixed(2)} seconds`);
    by("clock").textContent = `${player.time.toFixed(2)} / ${player.duration.toFixed(2)} s`;
    by("play").setAttribute("aria-pressed", player.playing);
    by("play").setAttribute("aria-label", player.playing ? "Pause" : "Play");
    Object.assign(root.dataset, { frame: player.frame, playing: player.playing });
  }

  let last = performance.now(), drawn = 0;
  function tick(now) {
    requestAnimationFrame(tick);
    const moved = player.advance(Math.max(now - last, 0) / 1000) || dirty;
    last = now;
    if (!moved && !stage?.changed) return;
    dirty = false;
    if (moved) show();
    stage?.draw();
    root.dataset.drawn = drawn += 1;
  }

  look("side");
  measure();
  repaint();
  player.playing = stage !== null && !matchMedia("(prefers-reduced-motion: reduce)").matches;
  show();
  stage?.draw();
  requestAnimationFrame(tick);
}

start().catch((error) => {
  fail("This page is damaged: its motion cannot be read.");
  root.dataset.ready = "damaged";
  console.error(error);
});
