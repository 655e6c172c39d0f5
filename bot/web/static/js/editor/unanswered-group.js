// One group of unanswered questions: what was asked, what the assistant said and why, what advisors replied.

import { button, call, day, documentPage, element, inWords, notice, plural, say, time } from "./ui.js";
import { groupApi, intoAnother, putAside, writeAnswer } from "./unanswered-deciding.js";
import { answeredOf, bars, groupPage, languageName, reasons, REASONS, withMarks } from "./unanswered-words.js";

const page = document.getElementById("group-page");
const label = document.getElementById("label");
const standing = document.getElementById("standing");
const actions = document.getElementById("actions");
const list = document.getElementById("questions");
const chosenActions = document.getElementById("chosen-actions");
const STATES = { open: "Open", writing: "Being written", answered: "Answered", not_for_us: "Not for us" };
const LOOKS = { writing: "pill-wait", answered: "pill-good", not_for_us: "pill-off" };

let group = null;

list.addEventListener("change", chosen);
load();

async function load() {
  try {
    show(await call("GET", groupApi(page.dataset.group)));
    notice("");
  } catch (error) {
    if (error.code === "unanswered_group_gone") document.getElementById("gone").hidden = false;
    else notice(inWords(error));
  }
  page.removeAttribute("aria-busy");
  page.dataset.ready = "";
}

function show(found) {
  group = found;
  document.title = `${group.label} · NK assistant`;
  document.getElementById("group").hidden = false;
  label.replaceChildren(...withMarks(group.label));
  document.getElementById("facts").replaceChildren(...facts());
  stand();
  actions.replaceChildren(...whatToDo());
  document.getElementById("questions-title").textContent = plural(group.total, "question");
  list.replaceChildren(...group.questions.map(question));
  chosen();
}

function facts() {
  const came = group.came_back ? [element("span", { class: "pill pill-wait" }, "Came back")] : [];
  const texts = [reasons(group.reasons), answeredOf(group)].filter(Boolean).map((text) => element("span", {}, text));
  return [element("span", { class: `pill ${LOOKS[group.state] ?? ""}`.trim() }, STATES[group.state]), ...came, bars(group.weeks), ...texts];
}

/** What has been decided, by whom. */
function stand() {
  const by = group.decided_by && group.decided_at ? ` (${group.decided_by}, ${day(group.decided_at.slice(0, 10))})` : "";
  const told = {
    writing: () => ["An answer is being written: ", draftLink(), by, ". When it is published, these questions are asked again."],
    answered: () => (group.draft ? ["Answered by ", draftLink(), "."] : group.answered ? ["What is published answers it now."] : [`Somebody said that it is answered${by}.`]),
    not_for_us: () => [`Put aside${by}: ${group.note}`],
    open: () => (group.came_back ? ["It came up again: there are many more questions, or the answer did not help or is gone."] : []),
  }[group.state]();
  standing.hidden = !told.length;
  standing.replaceChildren(...told);
}

function draftLink() {
  return element("a", { class: "text-link", href: documentPage(group.draft) }, group.draft_heading || group.draft);
}

function whatToDo() {
  const write = () => guarded(() => writeAnswer(group));
  const done = (promise, words) => guarded(async () => settled(await promise(), words));
  const state = (wanted, words) => () => done(() => call("POST", groupApi(group.id, "state"), { state: wanted }), words);
  const shown = [button(group.draft ? "Write another answer" : "Write an answer", "button-solid", write)];
  if (group.state !== "not_for_us") shown.push(button("Not for us", "button-outline", () => done(() => putAside(group), "Put aside.")));
  shown.push(button("Put together with…", "button-outline", () => guarded(async () => moved(await intoAnother(group)))));
  if (group.state === "open" || group.state === "writing") shown.push(button("It is answered", "button-outline", state("answered", "Noted as answered.")));
  if (group.state !== "open") shown.push(button("Open again", "button-outline", state("open", "Open again.")));
  return shown;
}

async function guarded(work) {
  try {
    await work();
    notice("");
  } catch (error) {
    notice(inWords(error));
  }
}

function settled(found, words) {
  if (!found?.id) return;
  show(found);
  say(words);
  label.focus();
}

/** Questions are somewhere else now: there the editor goes, unless some are left here. */
function moved(found, left = 0) {
  if (!found?.id) return;
  if (!left) location.assign(groupPage(found.id));
  else guarded(load).then(() => say(`Moved to “${found.label}”.`));
}

function chosen() {
  const ids = [...list.querySelectorAll("input:checked")].map((each) => Number(each.value));
  chosenActions.hidden = !ids.length;
  chosenActions.parentElement.toggleAttribute("data-chosen", ids.length > 0);
  const left = (group?.total ?? 0) - ids.length;
  const apart = () => guarded(async () => moved(await call("POST", groupApi(group.id, "move"), { questions: ids, into: null }), left));
  const another = () => guarded(async () => moved(await intoAnother(group, ids), left));
  const few = ids.length ? [button(`Move ${ids.length} to a group of their own`, "button-outline button-small", apart)] : [];
  if (!left) few.length = 0;
  chosenActions.replaceChildren(...few, button("Move to another group…", "button-outline button-small", another));
}

function question(each) {
  const id = `question-${each.id}`;
  const before = each.before.map((text) => element("span", { class: "question-before" }, "after “", ...withMarks(text), "”"));
  const state = each.answered === true ? element("span", { class: "pill pill-good" }, "answered now") : "";
  const under = [each.reasons.map((name) => REASONS[name]).join(", "), each.language && `in ${languageName(each.language)}`].filter(Boolean);
  return element(
    "li",
    { class: "question" },
    element("input", { type: "checkbox", id, value: String(each.id) }),
    element("label", { class: "question-text", for: id }, ...before, ...withMarks(each.text)),
    element("span", {}, state),
    element("p", { class: "question-under" }, time(each.asked_at), ` · ${under.join(" · ")}`, ...answer(each), ...toConversation(each)),
    details(each),
  );
}

function answer(each) {
  if (!each.answer) return each.answered === false ? [" · asked again after the last publication: still no answer"] : [];
  const { document: slug, heading } = each.answer;
  return [" · answered by ", element("a", { class: "text-link", href: documentPage(slug) }, heading || slug)];
}

function toConversation(each) {
  return each.conversation ? [" · ", element("a", { class: "text-link", href: `/console#${each.conversation}` }, "to the conversation")] : [];
}

function details(each) {
  const advisors = each.advisors.map((text) => element("p", { class: "said" }, element("b", {}, "An advisor replied"), ...withMarks(text)));
  const summary = advisors.length ? "What was said, and what an advisor replied" : "What was said";
  return element(
    "details",
    {},
    element("summary", {}, summary),
    element("p", { class: "said" }, element("b", {}, "The assistant said"), ...withMarks(each.reply)),
    ...why(each.why),
    ...advisors,
  );
}

function why(found) {
  if (!found) return [];
  const percent = (share) => `${Math.round(share * 100)} %`;
  const sure = element("p", {}, `It was ${percent(found.probability)} sure of the best passage, and answers from ${percent(found.threshold)}.`);
  if (!found.hits.length) return [sure];
  const nearest = found.hits.map((hit) => element("li", {}, element("a", { class: "text-link", href: documentPage(hit.document) }, hit.heading || hit.document)));
  return [sure, element("p", {}, "Nearest passages:"), element("ul", { class: "hits" }, ...nearest)];
}
