// Dialogs that are made when they are needed, and gone when they are closed.

import { element, onSubmit } from "./ui.js";

export { confirm } from "../console/dialogs.js";

let made = 0;

/**
 * Asks for something. `fields` are nodes of a form; `send` is called when it is submitted, and its error's
 * sentence is shown beside the fields, which stay as they are. Resolves to what `send` gave, or null.
 */
export function ask({ title, lead = "", fields = [], yes, danger = false, wide = false }, send) {
  const id = `ask-${(made += 1)}`;
  return new Promise((resolve) => {
    const cancel = element("button", { type: "button", class: "button button-outline" }, "Cancel");
    const form = element(
      "form",
      { method: "post", novalidate: "" },
      element("h2", { id, tabindex: "-1" }, title),
      ...(lead ? [element("p", {}, lead)] : []),
      element("div", { class: "form" }, ...fields, element("p", { class: "error", role: "alert" })),
      element(
        "div",
        { class: "dialog-buttons" },
        cancel,
        element("button", { type: "submit", class: `button ${danger ? "button-outline button-danger" : "button-solid"}` }, yes),
      ),
    );
    const dialog = element("dialog", { class: `dialog${wide ? " dialog-wide" : ""}`, "aria-labelledby": id }, form);
    let found = null;
    cancel.addEventListener("click", () => dialog.close());
    onSubmit(form, async () => {
      found = (await send()) ?? true;
      dialog.close();
    });
    open(dialog, () => resolve(found));
    if (!fields.length) cancel.focus();
  });
}

/** Shows a dialog; afterwards it is gone and the focus is where it was. */
export function open(dialog, done = () => {}) {
  const before = document.activeElement;
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before?.isConnected) before.focus();
    done();
  });
  dialog.showModal();
}
