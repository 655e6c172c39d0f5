// The menu of the bar, and the question that is asked before something that cannot be undone.

export class Menu {
  /** `actions` maps the ids of the menu's buttons to what they do. */
  constructor(actions) {
    this.root = document.getElementById("menu");
    this.button = document.getElementById("menu-button");
    this.list = document.getElementById("menu-list");
    this.button.addEventListener("click", () => this.#open(this.list.hidden));
    this.root.addEventListener("keydown", (event) => this.#key(event));
    this.root.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.root.contains(event.relatedTarget)) this.#open(false);
    });
    document.addEventListener("pointerdown", (event) => {
      if (!this.root.contains(event.target)) this.#open(false);
    });
    for (const [id, action] of Object.entries(actions)) {
      document.getElementById(id).addEventListener("click", () => {
        this.#open(false);
        this.button.focus({ preventScroll: true });
        action();
      });
    }
  }

  /** Offers what makes sense now. */
  show(status, exists) {
    this.root.hidden = !exists;
    const offered = {
      "menu-back": status === "advisor",
      "menu-save": true,
      "menu-end": status !== "closed",
      "menu-restart": true,
      "menu-erase": true,
    };
    for (const [id, on] of Object.entries(offered)) document.getElementById(id).parentElement.hidden = !on;
  }

  #open(on) {
    this.list.hidden = !on;
    this.button.setAttribute("aria-expanded", String(on));
  }

  #key(event) {
    if (event.key === "Escape" && !this.list.hidden) {
      event.stopPropagation();
      this.#open(false);
      this.button.focus();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    if (this.list.hidden) this.#open(true);
    const items = [...this.list.querySelectorAll("li:not([hidden]) button")];
    const at = items.indexOf(document.activeElement);
    items.at(at < 0 ? (step > 0 ? 0 : -1) : (at + step) % items.length).focus();
  }
}

export class Question {
  constructor() {
    this.dialog = document.getElementById("question");
    this.problem = document.getElementById("question-problem");
    this.yes = document.getElementById("question-yes");
    this.no = document.getElementById("question-no");
    this.yes.addEventListener("click", () => this.#do());
  }

  /**
   * Asks; `work` is done after a yes, and where it fails its error's sentence is shown beside the question.
   * `work` may give the element that gets the focus afterwards.
   */
  ask({ title, text, yes, no }, work) {
    document.getElementById("question-title").textContent = title;
    document.getElementById("question-text").textContent = text;
    this.problem.textContent = "";
    this.yes.textContent = yes;
    this.no.textContent = no;
    this.work = work;
    this.dialog.showModal();
    this.no.focus();
  }

  async #do() {
    if (this.yes.disabled) return;
    this.yes.disabled = true;
    this.problem.textContent = "";
    try {
      const next = await this.work();
      this.dialog.close();
      next?.focus({ preventScroll: true });
    } catch (error) {
      this.problem.textContent = `That did not work. ${error.message}`;
    } finally {
      this.yes.disabled = false;
    }
  }
}
