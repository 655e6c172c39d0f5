// Saved replies: sentences that advisors use again and again. Choose one to put it into the reply, or edit the list.

import { confirm } from "./dialogs.js";
import { button, element } from "./ui.js";

export class SavedReplies {
  /** `on.insert(text)` puts a reply into the text box. */
  constructor(dialog, api, on) {
    this.dialog = dialog;
    this.api = api;
    this.on = on;
    this.replies = [];
    this.editing = null;
    this.list = dialog.querySelector("#saved-list");
    this.filter = dialog.querySelector("#saved-filter");
    this.form = dialog.querySelector("#saved-form");
    this.state = dialog.querySelector("#saved-state");
    this.filter.addEventListener("input", () => this.#draw());
    this.filter.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        this.list.querySelector(".saved-use")?.click();
      }
    });
    dialog.querySelector("#saved-new").addEventListener("click", () => this.#edit({ id: null, title: "", text: "" }));
    dialog.querySelector("#saved-close").addEventListener("click", () => dialog.close());
    dialog.querySelector("#saved-cancel").addEventListener("click", () => this.#edit(null));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
  }

  async open() {
    this.filter.value = "";
    this.#edit(null);
    this.dialog.showModal();
    this.filter.focus();
    await this.#attempt(async () => {
      this.replies = (await this.api.get("canned-replies")).canned_replies;
      this.#draw();
    });
  }

  #draw() {
    const wanted = this.filter.value.trim().toLowerCase();
    const fitting = this.replies.filter((each) => `${each.title} ${each.text}`.toLowerCase().includes(wanted));
    this.list.replaceChildren(...fitting.map((each) => this.#item(each)));
    if (!fitting.length) {
      this.list.append(element("li", { class: "quiet" }, this.replies.length ? "None fits." : "There are none yet. Write the first one."));
    }
  }

  #item(each) {
    const use = element(
      "button",
      { type: "button", class: "saved-use" },
      element("strong", {}, each.title),
      element("span", { dir: "auto" }, each.text),
    );
    use.addEventListener("click", () => {
      this.dialog.close();
      this.on.insert(each.text);
    });
    const edit = button("Edit", "button-text", () => this.#edit(each), { "aria-label": `Edit “${each.title}”` });
    const remove = button("Delete", "button-text", () => this.#remove(each), { "aria-label": `Delete “${each.title}”` });
    return element("li", { class: "saved" }, use, element("span", { class: "saved-do" }, edit, remove));
  }

  #edit(each) {
    this.editing = each;
    this.form.hidden = !each;
    this.dialog.querySelector("#saved-choose").hidden = Boolean(each);
    this.state.textContent = "";
    if (!each) return;
    this.form.elements.title.value = each.title;
    this.form.elements.text.value = each.text;
    this.form.elements.title.focus();
  }

  async #save() {
    const body = { title: this.form.elements.title.value.trim(), text: this.form.elements.text.value.trim() };
    const id = this.editing.id;
    await this.#attempt(async () => {
      const saved = id ? await this.api.put(`canned-replies/${id}`, body) : await this.api.post("canned-replies", body);
      this.replies = saved.canned_replies;
      this.#edit(null);
      this.#draw();
      this.filter.focus();
    });
  }

  async #remove(each) {
    if (!(await confirm("Delete this reply?", `“${each.title}” will be gone for everybody.`, "Delete", true))) return;
    await this.#attempt(async () => {
      this.replies = (await this.api.delete(`canned-replies/${each.id}`)).canned_replies;
      this.#draw();
    });
  }

  async #attempt(what) {
    this.state.textContent = "";
    try {
      await what();
    } catch (error) {
      this.state.textContent = error.message;
    }
  }
}
