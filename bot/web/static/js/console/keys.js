// Keyboard shortcuts: single letters, off while somebody types, and off altogether when they are not wanted.

import { element } from "./ui.js";
import { SHORTCUTS } from "./words.js";

const KEY = "nkbot.console.shortcuts";

export class Keys {
  /** `actions` maps a key to what it does. */
  constructor(dialog, actions) {
    this.dialog = dialog;
    this.actions = actions;
    this.on = localStorage.getItem(KEY) !== "off";
    const box = dialog.querySelector("#keys-on");
    box.checked = this.on;
    box.addEventListener("change", () => {
      this.on = box.checked;
      localStorage.setItem(KEY, this.on ? "on" : "off");
    });
    dialog.querySelector("dl").replaceChildren(
      ...SHORTCUTS.flatMap(([keys, what]) => [
        element("dt", {}, ...keys.map((key) => element("kbd", {}, key))),
        element("dd", {}, what),
      ]),
    );
    document.addEventListener("keydown", (event) => this.#pressed(event));
  }

  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      if (this.actions.Escape(isField(event.target))) event.preventDefault();
      return;
    }
    if (!this.on || isField(event.target)) return;
    const action = this.actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }
}

function isField(node) {
  return node.isContentEditable || /^(TEXTAREA|SELECT)$/.test(node.tagName) ||
    (node.tagName === "INPUT" && !/^(checkbox|radio|button)$/.test(node.type));
}
