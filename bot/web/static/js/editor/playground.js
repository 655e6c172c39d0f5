// The playground: a question asked of the drafts and of what is live, side by side.

import { golden } from "./golden-add.js";
import { side } from "./playground-side.js";
import { API, call, documentPage, element, inWords, markdown, notice, onSubmit, say } from "./ui.js";

const RECENT_KEY = "nkbot.playground.recent";
const RECENT = 8;
const SLOW_MS = 700;
const page = document.getElementById("playground-page");
const form = document.getElementById("ask");
const question = document.getElementById("question");
const before = document.getElementById("before");
const chosen = document.getElementById("document");
const sides = document.getElementById("sides");
const busy = document.getElementById("busy");

onSubmit(form, ask);
before.addEventListener("input", grow);
begin();

async function begin() {
  // A fragment never reaches a server or its log; a query is taken out of the address at once.
  const given = new URLSearchParams(location.hash.slice(1) || location.search);
  history.replaceState(null, "", location.pathname);
  question.value = given.get("question") ?? "";
  before.value = given.getAll("before").join("\n");
  grow();
  showRecent();
  try {
    const { documents } = await call("GET", `${API}/documents`);
    chosen.append(...documents.map((each) => element("option", { value: each.slug }, each.title)));
    chosen.value = given.get("document") ?? "";
    if (chosen.selectedIndex === -1) chosen.value = "";
  } catch (error) {
    notice(inWords(error));
  }
  page.dataset.ready = "";
  if (question.value.trim()) form.requestSubmit();
  else question.focus();
}

async function ask() {
  const asked = question.value.trim();
  const earlier = before.value.split("\n").map((line) => line.trim()).filter(Boolean);
  const slow = setTimeout(() => (busy.textContent = "Looking through the articles … The first time takes a few seconds."), SLOW_MS);
  sides.setAttribute("aria-busy", "true");
  try {
    const found = await call("POST", `${API}/playground`, { question: asked, before: earlier, document: chosen.value });
    draw(found, asked, earlier);
    remember(asked);
  } finally {
    clearTimeout(slow);
    busy.textContent = "";
    sides.removeAttribute("aria-busy");
  }
}

function draw(found, asked, earlier) {
  const { live, draft, changed } = found;
  document.getElementById("hint").hidden = true;
  const outcome = document.getElementById("outcome");
  outcome.replaceChildren(...summary(found));
  const emergency = document.getElementById("emergency");
  emergency.hidden = !found.emergency;
  document.getElementById("emergency-text").replaceChildren(markdown(found.emergency ?? ""));
  const styles = page.dataset.styles.split(/\s+/).filter(Boolean);
  const actions = { make: (found) => golden(asked, found), ask: askNext };
  const shown = [];
  if (draft) shown.push(side({ title: "With the drafts", about: "What patients would be told after the next publication.", found: draft, asked, earlier, styles, actions, other: live }));
  if (live) shown.push(side({ title: "Live now", about: "What patients are told today.", found: live, asked, earlier, styles, actions, other: draft }));
  sides.replaceChildren(...shown);
  sides.classList.toggle("sides-one", shown.length === 1);
  document.getElementById("fine").textContent = found.memory
    ? `The playground runs beside the chat in a process of its own (${Math.round(found.memory / 2 ** 20)} MB), which ends when nobody uses it.`
    : "";
  outcome.dataset.changed = String(changed.length);
}

/** One sentence above the two: what is different, and whose drafts are in it. */
function summary({ live, draft, changed }) {
  if (!live && !draft) return ["There is no document yet. Write one, and ask again."];
  if (!live) return ["Nothing is published yet, so only the drafts can be asked."];
  if (!draft) return [chosen.value ? "This document has no draft that is not live." : "No draft waits: what you see is all there is."];
  const same = live.reply.text === draft.reply.text;
  const names = changed.slice(0, 3).flatMap((each, at) => [at ? ", " : "", element("a", { class: "text-link", href: documentPage(each.document) }, each.title)]);
  const more = changed.length > 3 ? ` and ${changed.length - 3} more` : "";
  return [
    element("strong", {}, same ? "The drafts change nothing here." : "The drafts change this answer."),
    changed.length ? " Drafts that are not live: " : "",
    ...names,
    changed.length ? `${more}.` : "",
  ];
}

function askNext(text) {
  before.value = [...before.value.split("\n").filter((line) => line.trim()), question.value.trim()].slice(-5).join("\n");
  grow();
  question.value = text;
  form.requestSubmit();
}

function grow() {
  before.rows = Math.min(Math.max(before.value.split("\n").length, 1), 5);
}

function recent() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(RECENT_KEY)) ?? [];
    return Array.isArray(kept) ? kept.filter((each) => typeof each === "string") : [];
  } catch {
    return [];
  }
}

function remember(asked) {
  const kept = [asked, ...recent().filter((each) => each !== asked)].slice(0, RECENT);
  try {
    sessionStorage.setItem(RECENT_KEY, JSON.stringify(kept));
  } catch {
    say("This browser keeps no list of what was asked.");
  }
  showRecent();
}

function showRecent() {
  const kept = recent();
  document.getElementById("recent").hidden = !kept.length;
  document.getElementById("recent-list").replaceChildren(
    ...kept.map((each) => {
      const button = element("button", { type: "button", class: "button button-chip", dir: "auto" }, each);
      button.addEventListener("click", () => {
        question.value = each;
        form.requestSubmit();
      });
      return element("li", {}, button);
    }),
  );
}
