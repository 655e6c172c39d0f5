// Where a document is written: the form, or its source text, with the preview beside and the bar to save below.
// It knows what was saved last, keeps the rest in the browser, and never lets a page be left unnoticed.

import { blankArticle } from "./article.js";
import { Kept } from "./kept.js";
import { LeftOut } from "./left-out.js";
import { Preview } from "./preview.js";
import { Sections } from "./sections.js";
import { SourceText } from "./source-text.js";
import { Sources } from "./sources.js";
import { API, call, day, debounced, element, inWords, notice, say, time } from "./ui.js";

const KEEP_AFTER_MS = 400;
const byId = (id) => document.getElementById(id);

export class Workbench {
  /** `on.save(content, {note, keep_review})` saves and gives the number of what is saved; it may throw. */
  constructor(slug, on) {
    this.on = on;
    this.root = byId("bench");
    this.kept = new Kept(this.root.dataset.me, slug);
    this.isNew = !slug;
    this.view = "form";
    this.fields = Object.fromEntries(["title", "slug", "language"].map((name) => [name, byId(name)]));
    const changed = () => this.changed();
    this.sections = new Sections({ changed, focused: (heading) => this.preview.bring(heading), sources: () => this.article.sources });
    this.sources = new Sources({
      changed: () => {
        this.sections.refreshSources();
        changed();
      },
      removed: (key) => {
        for (const section of this.article.sections) section.sources = section.sources.filter((each) => each !== key);
      },
    });
    this.leftOut = new LeftOut({ keep: (text, at) => this.sections.keep(text, at), names: () => this.sections.names() });
    this.text = new SourceText({ changed });
    this.preview = new Preview(() => this.content(), { mistakes: (list) => this.showMistakes(list), go: (heading) => this.goTo(heading) });
    this.keepSoon = debounced(() => this.#keep(), KEEP_AFTER_MS);
    this.#listen();
  }

  /** Shows a saved document; what was typed and not saved on top of it is brought back. */
  open(article, number) {
    this.number = number;
    this.#show(article);
    this.saved = JSON.stringify(this.content());
    this.#restore();
    this.root.hidden = false;
    this.#state();
    this.preview.now();
  }

  /** Shows something else that is not saved: a file that was read, two people's texts in one. */
  openUnsaved(article, number, { leftOut = false } = {}) {
    this.number = number;
    this.saved ??= "";
    this.#show(article);
    this.leftOut.show(this.article.dropped, leftOut);
    this.root.hidden = false;
    this.changed();
    this.preview.now();
  }

  /** Goes on with what the browser kept of a document that was never saved. */
  resume() {
    const { content, number } = this.kept.read();
    this.number = number;
    this.saved = "";
    this.#show(content.article ?? blankArticle());
    if (content.markdown !== undefined) {
      this.text.show(content.markdown);
      this.#setView("text");
    }
    this.root.hidden = false;
    this.changed();
    this.preview.now();
  }

  get dirty() {
    return this.saved !== undefined && JSON.stringify(this.content()) !== this.saved;
  }

  /** What is sent: the form, or the source text. */
  content() {
    return this.view === "text" ? { markdown: this.text.value } : { article: this.article };
  }

  changed() {
    this.#state();
    this.keepSoon();
    this.preview.soon();
  }

  /** A change that was just saved under this number. */
  settle(number, sent) {
    this.number = number;
    this.saved = sent;
    this.tried = false;
    byId("note").value = "";
    byId("keep-review").checked = false;
    if (!this.dirty) this.kept.forget();
    this.#state();
  }

  forget() {
    this.kept.forget();
    this.saved = JSON.stringify(this.content());
    this.#state();
  }

  /** What is only missing yet is told from the first attempt to save on: nobody begins with a page full of red. */
  showMistakes(all) {
    this.mistakes = all;
    if (this.view === "text") {
      this.text.showMistakes(all);
      return;
    }
    const list = this.tried ? all : all.filter((each) => !each.missing);
    for (const [name, field] of Object.entries(this.fields)) {
      const mine = list.filter((each) => each.field === name && each.section === null && each.source === null);
      byId(`${name}-error`).textContent = mine.map((each) => each.message).join(" ");
      if (mine.length) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
      if (mine.length && name !== "title") byId("more-about").open = true;
    }
    this.sources.showMistakes(list.filter((each) => each.source !== null));
    this.sections.showMistakes(list.filter((each) => each.source === null));
  }

  /** Brings the focus to the first mistake. */
  goToMistake() {
    const first = this.mistakes?.[0];
    if (!first) return;
    if (this.view === "text") this.text.go(first.line);
    else if (first.section !== null) this.sections.go(first.section, first.field);
    else if (first.source !== null) this.sources.go(first.source, first.field);
    else if (this.fields[first.field]) this.fields[first.field].focus();
    else if (this.article.sections.length) this.sections.go(0, "text");
    else byId("add-section").focus();
  }

  /** Brings the focus to the section with this heading, in the form or in the source text. */
  goTo(heading) {
    if (this.view === "text") {
      const line = this.text.value.split("\n").findIndex((each) => each.startsWith("#") && each.replace(/^#+/, "").trim() === heading);
      if (line >= 0) this.text.go(line + 1);
      return;
    }
    const at = this.article.sections.findIndex((each) => each.heading.trim() === heading);
    if (at >= 0) this.sections.go(at, "text");
  }

  /** Tells that the review was taken out because the words have changed. */
  clearReview() {
    this.article.reviewer = "";
    this.article.reviewed_on = "";
    this.#reviewBanner();
  }

  #show(article) {
    this.article = structuredClone(article);
    for (const [name, field] of Object.entries(this.fields)) field.value = this.article[name];
    this.fields.slug.readOnly = !this.isNew;
    byId("more-about").open = this.isNew;
    this.sources.show(this.article.sources);
    this.sections.show(this.article.sections);
    this.leftOut.show(this.article.dropped);
    this.#reviewBanner();
    if (this.view === "text") this.#setView("form");
  }

  #listen() {
    for (const [name, field] of Object.entries(this.fields)) {
      field.addEventListener("input", () => {
        this.article[name] = field.value;
        this.on.typed?.(name, field.value);
        this.changed();
      });
    }
    for (const button of this.root.querySelectorAll("[data-view]")) {
      button.addEventListener("click", () => this.#choose(button.dataset.view));
    }
    byId("article").addEventListener("submit", (event) => event.preventDefault());
    byId("savebar").addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "s" && !this.root.hidden) {
        event.preventDefault();
        this.save();
      }
    });
    window.addEventListener("beforeunload", (event) => {
      if (!this.dirty || this.leaving) return;
      this.#keep();
      event.preventDefault();
    });
  }

  async save() {
    if (this.saving) return;
    const content = this.content();
    const sent = JSON.stringify(content);
    this.saving = true;
    this.#state();
    notice("");
    try {
      await this.on.save(content, sent, { note: byId("note").value.trim(), keep_review: byId("keep-review").checked });
    } catch (error) {
      notice(inWords(error));
      if (error.code === "mistaken") {
        this.tried = true;
        await this.preview.now();
        this.goToMistake();
      }
    } finally {
      this.saving = false;
      this.#state();
    }
  }

  async #choose(view) {
    const showPreview = view === "preview";
    if (!showPreview && view !== this.view && !(await this.#convert(view))) return;
    this.root.classList.toggle("shows-preview", showPreview);
    this.#press(view);
    if (showPreview) this.preview.now();
  }

  /** From the form to the source text or back; false when there are mistakes in the way. */
  async #convert(view) {
    const untouched = !this.dirty;
    try {
      const found = await call("POST", `${API}/preview`, { ...this.content(), convert: view === "text" ? "markdown" : "article" });
      if (found.passages === null) {
        this.tried = true;
        this.showMistakes(found.mistakes);
        this.goToMistake();
        say("Please mend what is marked first.");
        return false;
      }
      if (view === "text") {
        this.text.show(found.markdown);
        this.#setView("text");
      } else {
        this.#setView("form");
        this.#show({ ...found.article, slug: this.isNew ? found.article.slug : this.article.slug });
      }
    } catch (error) {
      notice(inWords(error));
      return false;
    }
    if (untouched) this.saved = JSON.stringify(this.content());
    this.#state();
    return true;
  }

  #setView(view) {
    this.view = view;
    byId("article").hidden = view === "text";
    byId("source-view").hidden = view !== "text";
    this.#press(view);
  }

  #press(view) {
    for (const button of this.root.querySelectorAll("[data-view]")) {
      button.setAttribute("aria-pressed", String(button.dataset.view === view));
    }
  }

  #state() {
    const { dirty } = this;
    const state = byId("save-state");
    const text = this.saving ? "Saving…" : dirty ? "Not saved yet. Kept in this browser." : "All is saved.";
    if (state.textContent !== text) state.textContent = text;
    byId("save").disabled = this.saving || !dirty;
    this.root.classList.toggle("is-dirty", dirty);
    byId("keep-row").hidden = !(dirty && this.article?.reviewer && !this.isNew);
    this.on.dirty?.(dirty);
  }

  #keep() {
    if (!this.dirty) {
      this.kept.forget();
      return;
    }
    const content = this.content();
    const fine = this.kept.write({ content, number: this.number, note: byId("note").value });
    if (!fine) notice("This browser cannot keep unsaved changes. Please save often.");
  }

  #restore() {
    const banner = byId("kept-banner");
    const found = this.kept.read();
    banner.hidden = true;
    if (!found || JSON.stringify(found.content) === this.saved) return;
    if (found.content.article) this.#show(found.content.article);
    else {
      this.text.show(found.content.markdown);
      this.#setView("text");
    }
    const older = found.number !== this.number;
    this.number = found.number;
    const discard = element("button", { type: "button", class: "link" }, "Throw them away");
    discard.addEventListener("click", () => {
      this.kept.forget();
      this.leaving = true;
      location.reload();
    });
    banner.replaceChildren(
      "Your unsaved changes of ",
      time(found.at),
      " are back. ",
      ...(older ? ["Somebody saved a newer revision since; when you save, you see the difference first. "] : []),
      discard,
    );
    banner.hidden = false;
  }

  #reviewBanner() {
    const banner = byId("review-banner");
    const { reviewer, reviewed_on: on } = this.article;
    banner.hidden = !(reviewer && on);
    banner.textContent = `${reviewer} read these words on ${day(on)}. When you change them, the review no longer covers them and is taken out as you save.`;
  }
}
