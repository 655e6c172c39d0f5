// What the gate found: what holds a publication, each to be accepted by name, and what else changes.

import { button, element, markdown, plural } from "./ui.js";

const KINDS = {
  answer: "Answers",
  abstain: "Says that it does not know",
  cost: "Cost enquiry",
  handoff: "Offers a person",
  medical_advice: "Declines personal advice",
  smalltalk: "Small talk",
  emergency: "Emergency",
};
const OTHERS = { better: "Better", changed: "Still right, in other words", wrong: "Wrong before and after" };

export class Decision {
  /** `act.accept(ids)` and `act.giveUp()` are what can be done. */
  constructor(job, act) {
    this.boxes = [];
    const { answers, findings } = job.gate ?? { answers: [], findings: [] };
    const worse = answers.filter((each) => each.blocking && !each.accepted_by);
    const stops = findings.filter((each) => each.blocking && !each.accepted_by);
    this.ids = [...worse, ...stops].map((each) => each.id);
    this.accept = button("Accept and publish", "button-solid", () => this.#accept(act));
    this.error = element("p", { class: "error", role: "alert" });
    this.node = element(
      "div",
      { class: "decision" },
      element("p", {}, lead(worse.length, stops.length)),
      element("ul", { class: "held-list" }, ...worse.map((each) => this.#answer(each)), ...stops.map((each) => this.#finding(each))),
      this.error,
      element("div", { class: "actions" }, this.accept, button("Give up", "button-outline", () => act.giveUp())),
      ...rest(answers, findings),
    );
  }

  async #accept(act) {
    const open = this.boxes.find((box) => !box.checked);
    this.error.textContent = "";
    if (open) {
      this.error.textContent = "Tick each of them first, or give the publication up. Your name stands beside what you accept.";
      open.focus();
      return;
    }
    this.accept.disabled = true;
    await act.accept(this.ids);
    this.accept.disabled = false;
  }

  #answer(each) {
    return element("li", { class: "held" }, this.#tick(each, `I accept the other answer to “${each.question}”`, element("strong", {}, each.question)), comparison(each));
  }

  #finding(each) {
    const where = [each.document, each.section].filter(Boolean).join(" · ");
    const words = each.words ? element("q", { class: "held-words" }, each.words) : "";
    return element(
      "li",
      { class: "held" },
      this.#tick(each, `I accept this in ${where}: ${each.words || each.advice}`, element("strong", {}, where)),
      element("p", { class: "held-advice" }, words, words ? " " : "", each.advice),
    );
  }

  #tick(each, label, shown) {
    const id = `accept-${each.id}`;
    const box = element("input", { type: "checkbox", id, "aria-label": label });
    this.boxes.push(box);
    return element("div", { class: "check-row" }, box, element("label", { for: id }, shown));
  }
}

function lead(worse, stops) {
  const parts = [];
  if (worse) parts.push(worse === 1 ? "one golden question would not be answered right any more" : `${worse} golden questions would not be answered right any more`);
  if (stops) parts.push(stops === 1 ? "one text says what it must not" : `${stops} texts say what they must not`);
  const what = parts.join(", and ");
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}. Tick what you answer for, or give the publication up and mend it.`;
}

function rest(answers, findings) {
  const groups = Object.entries(OTHERS)
    .map(([verdict, title]) => [title, answers.filter((each) => each.verdict === verdict)])
    .filter(([, found]) => found.length);
  const notes = findings.filter((each) => !each.blocking);
  const nodes = groups.map(([title, found]) =>
    element(
      "details",
      { class: "held-rest" },
      element("summary", {}, `${title}: ${plural(found.length, "answer")}`),
      element("ul", { class: "held-list" }, ...found.map((each) => element("li", { class: "held" }, element("strong", {}, each.question), comparison(each)))),
    ),
  );
  if (notes.length) {
    nodes.push(
      element(
        "details",
        { class: "held-rest" },
        element("summary", {}, `To look at: ${plural(notes.length, "note")} on the texts`),
        element("ul", { class: "held-notes" }, ...notes.map((each) => element("li", {}, `${[each.document, each.section].filter(Boolean).join(" · ")}: ${each.advice}`))),
      ),
    );
  }
  return nodes;
}

/** An answer now and then, side by side where there is room. */
export function comparison(each) {
  return element("div", { class: "versus" }, side("Now", each.before), side("After", each.after));
}

function side(name, outcome) {
  if (!outcome) return element("div", { class: "versus-side" }, element("p", { class: "versus-name" }, name), element("p", { class: "quiet" }, "Nothing was live."));
  const where = [outcome.document, outcome.section].filter(Boolean).join(" · ");
  return element(
    "div",
    { class: "versus-side" },
    element("p", { class: "versus-name" }, name, element("span", { class: "quiet" }, ` ${KINDS[outcome.kind] ?? outcome.kind}${where ? `, from ${where}` : ""}`)),
    element("div", { class: "versus-text" }, markdown(outcome.text)),
  );
}
