// What is known of each motion, as text; whatever comes from files is set as text only.
import { CONTACT } from "./motion.js";

const FAR = 0.0999;

function element(name, text = "", className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

const millimeters = (meters) => `${(1000 * meters).toFixed(1).replace("-0.0", "0.0")} mm`;

function list(pairs) {
  const made = element("dl");
  for (const [name, value] of pairs) made.append(element("dt", name), element("dd", value));
  return made;
}

export class Card {
  constructor(parent, motion) {
    this.motion = motion;
    const { sample } = motion, card = element("article", "", "card");
    card.append(element("h2", sample.text || "a motion without a sentence"), element("p", sample.name, "name"));
    const verdict = list(sample.verdict);
    const done = verdict.querySelectorAll("dd")[1];
    if (sample.done !== null && done) done.className = sample.done ? "good" : "bad";
    card.append(verdict, element("h3", "Hand to object, now"));
    this.nearest = element("p", "", "now");
    this.fingers = list([]);
    card.append(this.nearest, this.fingers);
    if (sample.figures.length) card.append(element("h3", "Quality"), list(sample.figures));
    if (sample.warnings.length) {
      const warnings = element("ul");
      for (const line of sample.warnings) warnings.append(element("li", line));
      card.append(element("h3", "Warnings"), warnings);
    }
    if (sample.target) {
      const what = { hand: "a whole hand", wrist: "a wrist; its fingers are free", fingertips: "fingertips" }[sample.target.what];
      card.append(element("h3", "Target grasp (green)"), element("p", `${sample.target.side}: ${what}`, "name"));
    }
    parent.append(card);
  }

  update(time) {
    const near = this.motion.nearness(time).map((f) => ({ ...f, touches: f.distance <= CONTACT }));
    const least = Math.min(...near.map((f) => f.distance));
    const count = near.filter((f) => f.touches).length;
    this.nearest.textContent = least > FAR ? "more than 100 mm away"
      : `nearest ${millimeters(least)}${least < 0 ? " (inside)" : ""}; ${count || "none"} in contact`;
    const items = this.fingers.children;
    if (items.length !== 2 * near.length || items[0].textContent !== near[0].name) {
      this.fingers.replaceChildren(...near.flatMap((f) => [element("dt", f.name), element("dd")]));
    }
    near.forEach(({ distance, touches }, i) => {
      const item = items[2 * i + 1];
      item.textContent = distance > FAR ? "–" : millimeters(distance);
      item.className = touches ? "touches" : "";
    });
  }
}
