// Two small dialogs: a new link to copy, and "are you sure?".

export class LinkDialog {
  constructor(dialog) {
    this.dialog = dialog;
    this.field = dialog.querySelector("#link");
    this.lead = dialog.querySelector("#link-lead");
    this.copied = dialog.querySelector("#copied");
    dialog.querySelector("#copy").addEventListener("click", () => this.#copy());
    dialog.addEventListener("close", () => (this.field.value = ""));
  }

  show(link, lead) {
    this.field.value = link;
    this.lead.textContent = lead;
    this.copied.textContent = "";
    this.dialog.showModal();
    this.dialog.querySelector("#link-title").focus();
  }

  async #copy() {
    this.field.select();
    try {
      await navigator.clipboard.writeText(this.field.value);
      this.copied.textContent = "Copied.";
    } catch {
      this.copied.textContent = "Please copy the marked text yourself.";
    }
  }
}

/** Asks; true when the person says yes. */
export function sure(title, text, yes) {
  const dialog = document.getElementById("sure-dialog");
  dialog.querySelector("#sure-title").textContent = title;
  dialog.querySelector("#sure-text").textContent = text;
  dialog.querySelector("#sure-yes").textContent = yes;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
