// What may happen with a document next: the buttons beside its title, and the questions they ask.

import { ask } from "./dialogs.js";
import { button, call, day, documentApi, documentPage, element, row, today } from "./ui.js";

let made = 0;

function field(name, attributes = {}, tag = "input") {
  return element(tag, { class: "input", id: `step-${name}-${(made += 1)}`, ...attributes });
}

export class Steps {
  /** `on.done(answer, sentence)` after each step; `on.mayGo()` says whether all is saved, and tells it when not. */
  constructor(slug, on) {
    this.slug = slug;
    this.on = on;
    this.root = document.getElementById("steps");
  }

  show(status, job, people) {
    this.status = status;
    this.people = people;
    this.number = status.latest.number;
    const { standing, live } = status;
    const shown = [];
    const add = (name, act, solid = false, danger = false) =>
      shown.push(button(name, `${solid ? "button-solid" : "button-outline"} button-small${danger ? " button-danger" : ""}`, act, { "aria-haspopup": "dialog" }));
    if (standing === "draft") add("Hand in for review", () => this.#handIn(), true);
    if (standing === "review") add("Send back", () => this.#sendBack());
    if (["draft", "review", "published"].includes(standing)) add("Mark as reviewed", () => this.#review(), standing === "review");
    if (!job && standing !== "published") add(standing === "withdrawn" ? "Publish again" : "Publish", () => this.#publish(), ["reviewed", "withdrawn"].includes(standing));
    if (!job && live !== null) add("Withdraw", () => this.#withdraw(), false, true);
    const history = element("a", { class: "button button-outline button-small", href: documentPage(this.slug, "history") }, "History");
    const focused = this.root.contains(document.activeElement);
    this.root.replaceChildren(...shown, history);
    if (focused) this.root.firstElementChild.focus();
  }

  /** Asks who looks after the document and when it must be read again. */
  care() {
    const owner = field("owner", {}, "select");
    const names = [...new Set([...this.people, this.status.owner].filter(Boolean))];
    owner.append(element("option", { value: "" }, "Nobody yet"), ...names.map((name) => element("option", { value: name }, name)));
    owner.value = this.status.owner;
    const due = field("due", { type: "date" });
    due.value = this.status.review_due;
    return this.#ask(
      {
        title: "Who looks after it",
        fields: [row("Looked after by", owner), row("Read again by", due, "From that day on it is shown as overdue.")],
        yes: "Keep it so",
      },
      "care",
      () => ({ owner: owner.value, review_due: due.value }),
      () => "Noted.",
    );
  }

  #handIn() {
    const note = field("note", { maxlength: "500" });
    this.#ask(
      {
        title: "Hand in for review",
        lead: "Somebody else reads it before it is published. You can still change it.",
        fields: [row("Note for the reader (optional)", note)],
        yes: "Hand it in",
      },
      "hand-in",
      () => ({ number: this.number, note: note.value }),
      () => "Handed in for review.",
    );
  }

  #sendBack() {
    const note = field("note", { maxlength: "500", rows: "3", required: "" }, "textarea");
    this.#ask(
      { title: "Send it back", lead: "It becomes a draft again.", fields: [row("What should be changed?", note)], yes: "Send it back" },
      "send-back",
      () => ({ number: this.number, note: note.value }),
      () => "Sent back.",
    );
  }

  #review() {
    const reviewer = field("reviewer", { maxlength: "120", required: "", autocomplete: "off" });
    reviewer.value = this.status.latest.reviewer;
    const on = field("on", { type: "date", required: "", max: today(1) });
    on.value = today();
    const due = field("due", { type: "date" });
    due.value = today(365);
    this.#ask(
      {
        title: "Mark as reviewed",
        lead: "Who read these words and found them right? It may be somebody without an account, such as a doctor of the clinic. Patients see the day below each answer.",
        fields: [
          row("Name of the reviewer", reviewer, "With title and role, as it should be remembered."),
          row("Reviewed on", on),
          row("Read again by (optional)", due),
        ],
        yes: "Mark as reviewed",
      },
      "review",
      () => ({ number: this.number, reviewer: reviewer.value, reviewed_on: on.value, review_due: due.value }),
      () => `Reviewed by ${reviewer.value.trim()}.`,
    );
  }

  #publish() {
    const note = field("note", { maxlength: "500" });
    const { reviewer, reviewed_on: on } = this.status.latest;
    const lead = reviewer
      ? `Revision ${this.number}, read by ${reviewer} on ${day(on)}. It is checked first; patients get it a little later.`
      : `Revision ${this.number}. No named person has reviewed it, and every answer from it will say so. It is checked first; patients get it a little later.`;
    this.#ask(
      { title: "Publish this document", lead, fields: [row("Note (optional)", note)], yes: "Publish" },
      "publish",
      () => ({ note: note.value }),
      () => "Asked to publish.",
    );
  }

  #withdraw() {
    const note = field("note", { maxlength: "500" });
    this.#ask(
      {
        title: "Withdraw this document",
        lead: "The assistant stops answering from it. Nothing is deleted: you can publish it again.",
        fields: [row("Why? (optional)", note)],
        yes: "Withdraw",
        danger: true,
      },
      "withdraw",
      () => ({ note: note.value }),
      () => "Asked to withdraw.",
    );
  }

  async #ask(question, what, body, sentence) {
    if (what !== "care" && !this.on.mayGo()) return;
    const answer = await ask(question, () => call("POST", documentApi(this.slug, what), body()));
    if (answer) this.on.done(answer, sentence());
  }
}
