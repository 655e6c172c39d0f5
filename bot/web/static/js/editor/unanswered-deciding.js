// What an editor can do with a group of questions: the dialogs that ask for it.

import { ask } from "./dialogs.js";
import { API, call, documentPage, element, row } from "./ui.js";
import { withMarks } from "./unanswered-words.js";

const NEW = "";
const MOST_QUESTIONS = 20;

export function groupApi(id, what = "") {
  return `${API}/unanswered/${id}${what ? `/${what}` : ""}`;
}

/** Asks why, and puts the group aside; resolves to the group, or null. */
export function putAside(group) {
  const note = element("textarea", { class: "input", id: "aside-note", required: "", maxlength: "400" });
  return ask(
    {
      title: "Not for us",
      lead: "New questions of this kind are counted quietly. When many more come, the group comes up again.",
      fields: [row("Why need the assistant not answer this?", note, "For your colleagues; patients do not see it.")],
      yes: "Put aside",
    },
    () => call("POST", groupApi(group.id, "state"), { state: "not_for_us", note: note.value }),
  );
}

/** Asks for another group, and puts this one (or the chosen questions of it) into it; resolves to that group, or null. */
export async function intoAnother(group, chosen = null) {
  const others = (await call("GET", `${API}/unanswered`)).groups.filter((each) => each.id !== group.id);
  const select = element(
    "select",
    { class: "input", id: "into", required: "" },
    element("option", { value: "" }, others.length ? "Choose a group" : "There is no other group"),
    ...others.map((each) => element("option", { value: String(each.id) }, `${each.label} (${each.total})`)),
  );
  const title = chosen ? "Move to another group" : "Put together with another group";
  return ask({ title, fields: [row("Group", select)], yes: chosen ? "Move" : "Put together" }, () => {
    const into = Number(select.value);
    return chosen
      ? call("POST", groupApi(group.id, "move"), { questions: chosen, into })
      : call("POST", groupApi(group.id, "merge"), { into });
  });
}

/** Asks for the text and where it belongs, saves it as a draft, and opens its document. */
export async function writeAnswer(group) {
  const documents = (await call("GET", `${API}/documents`)).documents;
  const where = element(
    "select",
    { class: "input", id: "where" },
    element("option", { value: NEW }, "A new document"),
    ...documents.map((each) => element("option", { value: each.slug }, each.title)),
  );
  const asked = plainest(group);
  const title = element("input", { class: "input", id: "answer-title", maxlength: "200", value: asked, required: "" });
  const heading = element("input", { class: "input", id: "answer-heading", maxlength: "200", value: asked, required: "" });
  const text = element("textarea", { class: "input answer-text", id: "answer-text", maxlength: "20000", required: "" });
  text.value = group.start.text;
  const titleRow = row("Title of the document", title);
  where.addEventListener("change", () => {
    titleRow.hidden = where.value !== NEW;
    title.toggleAttribute("required", where.value === NEW);
  });
  const questions = pick(group.start.questions);
  const hint = group.start.text
    ? "It begins with what advisors replied. Names and contact details were taken out: put in again what belongs there."
    : "No advisor has replied to these questions yet. Write what a patient should read.";
  const fields = [row("Where", where), titleRow, row("Heading", heading), row("Answer", text, hint), questions];
  const lead = "It is saved as a draft, and its document opens. Patients see nothing of it until you publish it.";
  const saved = await ask({ title: "Write an answer", lead, fields, yes: "Save the draft", wide: true }, () =>
    call("POST", groupApi(group.id, "draft"), {
      document: where.value,
      title: where.value === NEW ? title.value : "",
      heading: heading.value,
      text: text.value,
      questions: [...questions.querySelectorAll("input:checked")].map((each) => each.value),
    }),
  );
  if (saved) location.assign(documentPage(saved.document));
}

function pick(questions) {
  const boxes = questions.slice(0, MOST_QUESTIONS).map((question, at) =>
    element(
      "label",
      { class: "check-row", for: `asked-${at}` },
      element("input", { type: "checkbox", id: `asked-${at}`, value: question, checked: "" }),
      element("span", {}, ...withMarks(question)),
    ),
  );
  const legend = element("legend", {}, "Ways in which patients ask for it");
  const none = element("p", { class: "quiet" }, "Every question holds something that was taken out. You can write your own in the document.");
  return element("fieldset", { class: "pick" }, legend, ...(boxes.length ? boxes : [none]));
}

/** A heading to begin with: the question that stands for the group, unless something was taken out of it. */
function plainest(group) {
  const { questions } = group.start;
  const asked = questions.includes(group.label) ? group.label : (questions[0] ?? "");
  return asked.charAt(0).toUpperCase() + asked.slice(1);
}
