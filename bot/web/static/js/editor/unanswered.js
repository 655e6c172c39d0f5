// The list of groups of unanswered questions: narrowed and ordered here; what was chosen stands in the address.

import { API, call, debounced, element, inWords, notice, plural, time } from "./ui.js";
import { answeredOf, bars, groupPage, languagesOf, reasons, rise, withMarks } from "./unanswered-words.js";

const STEP = 60;
const page = document.getElementById("unanswered-page");
const list = document.getElementById("groups");
const count = document.getElementById("count");
const more = document.getElementById("more");
const nothing = document.getElementById("nothing");
const form = document.getElementById("filters");
const fields = Object.fromEntries(["words", "reason", "sort"].map((id) => [id, document.getElementById(id)]));
const ORDERS = {
  demand: (a, b) => b.total - a.total,
  trend: (a, b) => rise(b.weeks) - rise(a.weeks),
  newest: () => 0,
};
const EMPTY = {
  open: ["Nothing is open", "Everything that patients asked in vain has been looked at."],
  writing: ["Nothing is being written", "Open a group of questions and choose “Write an answer”."],
  answered: ["Nothing is answered yet", "Groups come here when what is published answers most of their questions."],
  not_for_us: ["Nothing has been put aside", "Questions that the assistant need not answer can be put aside with a reason."],
};

let all = [];
let fitting = [];

fields.words.addEventListener("input", debounced(changed, 120));
form.addEventListener("change", changed);
form.addEventListener("submit", (event) => event.preventDefault());
more.addEventListener("click", () => {
  const first = list.childElementCount;
  draw(first + STEP);
  list.children[first]?.querySelector("a").focus();
});
load();

async function load() {
  try {
    all = (await call("GET", `${API}/unanswered`)).groups;
    notice("");
  } catch (error) {
    notice(inWords(error));
    page.removeAttribute("aria-busy");
    return;
  }
  const asked = new URLSearchParams(location.search);
  for (const [name, field] of Object.entries(fields)) {
    if (asked.has(name)) field.value = asked.get(name);
    if (field.selectedIndex === -1) field.selectedIndex = 0;
  }
  const state = form.querySelector(`[name="state"][value="${CSS.escape(asked.get("state") ?? "")}"]`);
  if (state) state.checked = true;
  for (const node of form.querySelectorAll("[data-count]")) {
    node.textContent = all.filter((each) => each.state === node.dataset.count).length;
  }
  narrow();
  page.removeAttribute("aria-busy");
  page.dataset.ready = "";
}

function shownState() {
  return form.elements.state.value;
}

function changed() {
  const asked = new URLSearchParams();
  if (shownState() !== "open") asked.set("state", shownState());
  for (const [name, field] of Object.entries(fields)) {
    if (field.value && !(name === "sort" && field.value === "demand")) asked.set(name, field.value);
  }
  history.replaceState(null, "", asked.size ? `?${asked}` : location.pathname);
  narrow();
}

function narrow() {
  const words = fields.words.value.toLowerCase().split(/\s+/).filter(Boolean);
  const latest = (a, b) => b.last_asked.localeCompare(a.last_asked);
  fitting = all
    .filter((each) => each.state === shownState())
    .filter((each) => !fields.reason.value || each.reasons[fields.reason.value])
    .filter((each) => words.every((word) => each.label.toLowerCase().includes(word)))
    .sort((a, b) => ORDERS[fields.sort.value](a, b) || latest(a, b));
  draw(STEP);
}

function draw(most) {
  list.replaceChildren(...fitting.slice(0, most).map(row));
  list.hidden = !fitting.length;
  more.hidden = fitting.length <= most;
  nothing.hidden = fitting.length > 0;
  const questions = fitting.reduce((sum, each) => sum + each.total, 0);
  count.textContent = fitting.length ? `${plural(fitting.length, "group")} with ${plural(questions, "question")}` : "";
  if (!fitting.length) explain();
}

function explain() {
  const narrowed = fields.words.value || fields.reason.value;
  const [title, text] = all.length
    ? narrowed
      ? ["No group fits", "Try fewer words, or another reason."]
      : EMPTY[shownState()]
    : ["Nobody has asked in vain yet", "When the assistant has no answer, when an answer does not help, or when an advisor takes over, the question comes here."];
  document.getElementById("nothing-title").textContent = title;
  document.getElementById("nothing-text").textContent = text;
  const actions = document.getElementById("nothing-actions");
  actions.replaceChildren();
  if (!all.length || !narrowed) return;
  const reset = element("button", { type: "button", class: "button button-outline" }, "Show all groups");
  reset.addEventListener("click", () => {
    fields.words.value = fields.reason.value = "";
    changed();
    fields.words.focus();
  });
  actions.append(reset);
}

function row(group) {
  return element(
    "li",
    { class: "group" },
    element(
      "div",
      { class: "group-main" },
      element("a", { class: "group-label", href: groupPage(group.id) }, ...withMarks(group.label)),
      element("p", { class: "group-about" }, ...about(group)),
    ),
    trend(group),
    element("p", { class: "group-number" }, element("b", {}, String(group.total)), element("span", {}, group.total === 1 ? " question" : " questions")),
  );
}

function about(group) {
  const parts = [];
  if (group.came_back) parts.push(element("span", { class: "pill pill-wait" }, "Came back"));
  const texts = [reasons(group.reasons), languagesOf(group.languages), answeredOf(group), group.note];
  for (const text of texts.filter(Boolean)) parts.push(element("span", { class: "part" }, text));
  parts.push(element("span", { class: "part" }, "last asked ", time(group.last_asked)));
  return parts;
}

function trend(group) {
  const more = rise(group.weeks);
  const words = more > 1 ? element("span", { class: "rising" }, `+${more} in two weeks`) : "last 8 weeks";
  return element("div", { class: "group-trend" }, bars(group.weeks), words);
}
