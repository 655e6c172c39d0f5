// Documents with something that patients do not see yet: chosen here, and published together.

import { documentPage, element, onSubmit, plural, standingPill, time } from "./ui.js";

const form = document.getElementById("publish-form");
const list = document.getElementById("picks");
const all = document.getElementById("all");
const note = document.getElementById("note");
const chosen = document.getElementById("chosen");
const publish = document.getElementById("publish");
const nothing = document.getElementById("nothing-waits");

export class Waiting {
  /** `send(documents, note)` asks for the publication. */
  constructor(send) {
    this.chosen = new Map();
    all.addEventListener("change", () => this.#all(all.checked));
    list.addEventListener("change", (event) => this.#one(event.target));
    onSubmit(form, async () => {
      if (!this.chosen.size) {
        list.querySelector("input:not([disabled])")?.focus();
        throw new Error("Choose at least one document.");
      }
      const documents = [...this.chosen].map(([slug, number]) => ({ slug, number }));
      await send(documents, note.value);
      this.chosen.clear();
      note.value = "";
      this.#count();
    });
  }

  /** `onTheWay` holds the slugs of those that are being published just now. */
  show(documents, reviewedOnly, onTheWay) {
    const numbers = new Map(documents.map((each) => [each.slug, each.number]));
    for (const [slug, number] of this.chosen) {
      if (numbers.get(slug) !== number || onTheWay.has(slug)) this.chosen.delete(slug);
    }
    const focused = document.activeElement?.id ?? "";
    list.replaceChildren(...documents.map((each) => this.#row(each, reviewedOnly, onTheWay.has(each.slug))));
    if (focused.startsWith("pick-")) document.getElementById(focused)?.focus();
    form.hidden = !documents.length;
    nothing.hidden = documents.length > 0;
    this.#count();
  }

  #row(each, reviewedOnly, onTheWay) {
    const id = `pick-${each.slug}`;
    const unreviewed = reviewedOnly && !each.reviewed;
    const box = element("input", { type: "checkbox", id, "data-slug": each.slug, "data-number": each.number, "aria-describedby": `${id}-facts` });
    box.disabled = onTheWay || unreviewed;
    box.checked = this.chosen.has(each.slug);
    const state = onTheWay ? element("span", { class: "pill pill-good" }, "On its way") : standingPill(each.standing);
    const by = each.changed_by ? ` by ${each.changed_by}` : "";
    const facts = [
      each.live === null ? `new, revision ${each.number}` : `revision ${each.number}, live is ${each.live}`,
      ", ",
      time(each.changed_at),
      by,
      each.note ? `: “${each.note}”` : "",
      unreviewed ? ". Needs a review first." : "",
    ];
    return element(
      "li",
      { class: "pick" },
      box,
      element(
        "div",
        { class: "pick-text" },
        element("label", { for: id }, each.title),
        element("span", { class: "quiet", id: `${id}-facts` }, ...facts),
      ),
      state,
      element("a", { class: "text-link", href: documentPage(each.slug) }, "Open", element("span", { class: "visually-hidden" }, ` ${each.title}`)),
    );
  }

  #one(box) {
    const { slug, number } = box.dataset;
    if (box.checked) this.chosen.set(slug, Number(number));
    else this.chosen.delete(slug);
    this.#count();
  }

  #all(checked) {
    for (const box of list.querySelectorAll("input:not([disabled])")) {
      box.checked = checked;
      this.#one(box);
    }
  }

  #count() {
    const open = list.querySelectorAll("input:not([disabled])").length;
    const { size } = this.chosen;
    all.disabled = !open;
    all.checked = open > 0 && size === open;
    all.indeterminate = size > 0 && size < open;
    const text = size ? `${size} of ${open} chosen` : "";
    if (chosen.textContent !== text) chosen.textContent = text;
    publish.textContent = size ? `Publish ${plural(size, "document")}` : "Publish";
  }
}
