// The keyboard. Buttons, lists and the seek bar keep the keys that they have themselves.

const OWN = { BUTTON: [" ", "Enter"], SELECT: null, INPUT: [" ", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"] };

export function listen(actions) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target, key } = event, own = OWN[target.tagName];
    if (own === null || own?.includes(key)) {
      // A range does nothing with the space bar.
      if (!(target.type === "range" && (key === " " || key.startsWith("Arrow")))) return;
    }
    const action = actions[key.length === 1 ? key.toLowerCase() : key];
    if (!action) return;
    event.preventDefault();
    action(event.shiftKey);
  });
}
