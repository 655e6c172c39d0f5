// Questions that need an answer before something happens.

import { button, element } from "./ui.js";

/** Asks; resolves to true when the advisor agrees. */
export function confirm(title, text, yes, danger = false) {
  return new Promise((resolve) => {
    const dialog = element("dialog", { class: "dialog", "aria-labelledby": "confirm-title" });
    const agree = element("button", { class: `button ${danger ? "button-danger" : "button-solid"}`, value: "yes" }, yes);
    dialog.append(
      element(
        "form",
        { method: "dialog" },
        element("h2", { id: "confirm-title" }, title),
        element("p", {}, text),
        element(
          "div",
          { class: "dialog-buttons" },
          element("button", { class: "button button-outline", value: "no", autofocus: "" }, "Cancel"),
          agree,
        ),
      ),
    );
    shown(dialog, () => resolve(dialog.returnValue === "yes"));
  });
}

/** Asks to whom the conversation goes: resolves to an advisor's id, "queue", or null. */
export function chooseColleague(colleagues) {
  return new Promise((resolve) => {
    let chosen = null;
    const dialog = element("dialog", { class: "dialog", "aria-labelledby": "transfer-title" });
    const choose = (value) => () => {
      chosen = value;
      dialog.close();
    };
    const rows = colleagues.map((each) =>
      element("li", {}, button([element("span", { class: "dot" }), each.name], "choice", choose(each.id))),
    );
    const nobody = element("p", { class: "quiet" }, "No colleague is available just now.");
    dialog.append(
      element("h2", { id: "transfer-title" }, "Pass this conversation on"),
      element("p", {}, "The patient is told that somebody else goes on with them."),
      rows.length ? element("ul", { class: "choices" }, ...rows) : nobody,
      element(
        "div",
        { class: "dialog-buttons" },
        button("Cancel", "button-outline", () => dialog.close(), { autofocus: "" }),
        button("Back to the queue", "button-solid", choose("queue")),
      ),
    );
    shown(dialog, () => resolve(chosen));
  });
}

function shown(dialog, done) {
  const before = document.activeElement;
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    before?.focus?.();
    done();
  });
  dialog.showModal();
}
