// The dialogs of golden questions: one at a time, and many pasted at once.

import { ask, open } from "./dialogs.js";
import { API, call, element, plural, row } from "./ui.js";

export const KINDS = {
  answer: "An answer",
  abstain: "No answer, a person is offered",
  cost: "An answer about cost",
  handoff: "The way to a person",
  smalltalk: "About the assistant",
};

/** Asks for a golden question, or for changes of one. Resolves to what was saved, or null. */
export function edit({ documents, golden = null }) {
  const question = element("textarea", { class: "input", id: "golden-question", rows: "2", maxlength: "1000", required: "", dir: "auto" });
  const expects = choice("golden-expects", Object.entries(KINDS));
  const place = choice("golden-document", [["", "Any document"], ...documents.map((each) => [each.slug, each.title])]);
  const section = choice("golden-section", [["", "Any section"]]);
  const note = element("input", { class: "input", id: "golden-note", maxlength: "400", dir: "auto" });
  question.value = golden?.question ?? "";
  expects.value = golden?.expects ?? "answer";
  choose(place, golden?.document ?? "");
  note.value = golden?.note ?? "";
  place.addEventListener("change", () => fill(section, place.value, ""));
  fill(section, place.value, golden?.section ?? "");
  const fields = [
    row("Question", question, "As a patient would ask it."),
    row("Expected", expects),
    row("From the document", place),
    row("From the section", section),
    row("Note", note, "Why it matters, for colleagues. May stay empty."),
  ];
  const title = golden ? "Change the golden question" : "Add a golden question";
  return ask({ title, fields, yes: golden ? "Save" : "Add" }, () =>
    call(golden ? "PUT" : "POST", golden ? `${API}/golden/${golden.id}` : `${API}/golden`, {
      question: question.value,
      expects: expects.value,
      document: place.value,
      section: section.value,
      note: note.value,
    }),
  );
}

/** Asks for many questions at once. Resolves to what was added, or null. */
export async function paste() {
  const text = element("textarea", { class: "input", id: "golden-lines", rows: "8", required: "", dir: "auto", spellcheck: "false" });
  const expects = choice("golden-all-expect", Object.entries(KINDS));
  const found = await ask(
    {
      title: "Paste golden questions",
      fields: [
        row("Questions", text, "One a line. From a spreadsheet, the columns may be: question, kind, document, section. A vertical bar does instead of a tab."),
        row("Expected, where a line does not say", expects),
      ],
      yes: "Add them",
    },
    () => call("POST", `${API}/golden/pasted`, { text: text.value, expects: expects.value }),
  );
  if (found?.problems.length) await tell(found.problems);
  return found;
}

function tell(problems) {
  return new Promise((resolve) => {
    const close = element("button", { type: "button", class: "button button-solid" }, "Close");
    const list = element("ul", {}, ...problems.map((each) => element("li", {}, each)));
    const heading = element("h2", { id: "problems-title" }, `${plural(problems.length, "line")} could not be read`);
    const buttons = element("div", { class: "dialog-buttons" }, close);
    const dialog = element("dialog", { class: "dialog", "aria-labelledby": "problems-title" }, heading, list, buttons);
    close.addEventListener("click", () => dialog.close());
    open(dialog, resolve);
  });
}

/** The sections of a document to choose from; the one that was chosen stays even where it is gone. */
async function fill(section, slug, chosen) {
  section.replaceChildren(element("option", { value: "" }, "Any section"));
  section.disabled = !slug;
  choose(section, chosen);
  if (!slug) return;
  try {
    const { sections } = await call("GET", `${API}/golden/sections/${encodeURIComponent(slug)}`);
    section.replaceChildren(element("option", { value: "" }, "Any section"), ...sections.map((each) => element("option", { value: each }, each)));
  } catch {
    // The document is gone; the question may still name it.
  }
  choose(section, chosen);
}

function choice(id, options) {
  return element("select", { class: "input", id }, ...options.map(([value, words]) => element("option", { value }, words)));
}

function choose(field, value) {
  if (value && ![...field.options].some((each) => each.value === value)) {
    field.append(element("option", { value }, `${value} (not there any more)`));
  }
  field.value = value;
}
