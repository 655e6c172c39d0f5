// A document's past: who did what, any two revisions side by side, and an earlier one taken up again.

import { counted, diff } from "./diff.js";
import { ask } from "./dialogs.js";
import { sayNext } from "./kept.js";
import { call, documentApi, documentPage, element, inWords, notice, standingPill, time } from "./ui.js";

const page = document.getElementById("history-page");
const { slug } = page.dataset;
const from = document.getElementById("from");
const to = document.getElementById("to");
const state = document.getElementById("compare-state");
const place = document.getElementById("diff");

const ACTIONS = {
  hand_in: "handed it in for review",
  send_back: "sent it back",
  look_after: "said who looks after it",
  review: "noted a review",
  publish: "published",
  withdraw: "withdrew it",
  rollback: "rolled back",
};

let newest = 0;
let asked = 0;

for (const field of [from, to]) field.addEventListener("change", compare);
document.getElementById("choice").addEventListener("submit", (event) => event.preventDefault());
load();

async function load() {
  try {
    const found = await call("GET", documentApi(slug, "history"));
    newest = found.document.latest.number;
    document.title = `History of ${found.document.title} · NK assistant`;
    document.getElementById("name").textContent = `History: ${found.document.title}`;
    document.getElementById("document-link").textContent = found.document.title;
    draw(found.revisions, found.events);
    choose(found.revisions);
    document.getElementById("history").hidden = false;
    await compare();
  } catch (error) {
    document.getElementById("gone").hidden = false;
    document.getElementById("gone-text").textContent = inWords(error);
  }
  page.removeAttribute("aria-busy");
  page.dataset.ready = "";
}

function draw(revisions, events) {
  const byRevision = Map.groupBy(events.filter((each) => each.action !== "look_after"), (each) => each.revision);
  document.getElementById("timeline").replaceChildren(
    ...revisions.map((each) => revisionNode(each, revisions, byRevision.get(each.number) ?? [])),
  );
}

function revisionNode(each, revisions, events) {
  const before = revisions.find((other) => other.number < each.number);
  const name = `revision ${each.number}`;
  const acts = [element("a", { class: "text-link", href: documentPage(slug, `revisions/${each.number}`) }, "Show", hidden(` ${name}`))];
  if (before) {
    const look = element("button", { type: "button", class: "link" }, "What changed", hidden(` in ${name}`));
    look.addEventListener("click", () => {
      from.value = String(before.number);
      to.value = String(each.number);
      compare();
      document.getElementById("compare-title").focus();
    });
    acts.push(look);
  }
  if (each.number !== newest) {
    const again = element("button", { type: "button", class: "link", "aria-haspopup": "dialog" }, "Use again", hidden(` ${name}`));
    again.addEventListener("click", () => useAgain(each.number));
    acts.push(again);
  }
  return element(
    "li",
    { class: "timeline-entry" },
    element("p", { class: "timeline-head" }, element("strong", {}, `Revision ${each.number}`), standingPill(each.standing)),
    element("p", { class: "quiet" }, time(each.created_at), each.created_by ? ` by ${each.created_by}` : ""),
    ...(each.note ? [element("p", { class: "timeline-note wrap" }, each.note)] : []),
    ...events.map((event) => element("p", { class: "quiet wrap" }, `${event.by || "Somebody"} ${ACTIONS[event.action] ?? event.action}`, ", ", time(event.at), event.note ? `: ${event.note}` : "")),
    element("p", { class: "timeline-acts" }, ...acts),
  );
}

function hidden(text) {
  return element("span", { class: "visually-hidden" }, text);
}

function choose(revisions) {
  const options = () => revisions.map((each) => element("option", { value: String(each.number) }, `Revision ${each.number}${each.created_by ? `, ${each.created_by}` : ""}`));
  from.replaceChildren(...options());
  to.replaceChildren(...options());
  const wanted = new URLSearchParams(location.search);
  to.value = wanted.get("to") ?? String(newest);
  from.value = wanted.get("from") ?? String(revisions[1]?.number ?? newest);
  if (from.selectedIndex === -1) from.selectedIndex = 0;
  if (to.selectedIndex === -1) to.selectedIndex = 0;
}

async function compare() {
  const mine = (asked += 1);
  if (from.value === to.value) {
    place.replaceChildren();
    state.textContent = from.length === 1 ? "There is one revision only, so nothing to compare yet." : "Choose two different revisions.";
    return;
  }
  state.textContent = "Comparing…";
  try {
    const found = await call("GET", documentApi(slug, `compare?from=${from.value}&to=${to.value}`));
    if (mine !== asked) return;
    state.textContent = counted(found.rows);
    place.replaceChildren(diff(found.rows, `Revision ${found.from.number}`, `Revision ${found.to.number}`));
  } catch (error) {
    if (mine === asked) state.textContent = inWords(error);
  }
}

async function useAgain(number) {
  notice("");
  const answer = await ask(
    { title: `Use revision ${number} again`, lead: "It becomes the newest draft. Patients see it once it is published.", yes: "Use it again" },
    () => call("POST", documentApi(slug, "use-again"), { number, based_on: newest }),
  );
  if (!answer) return;
  sayNext(`Revision ${number} is the newest draft again.`);
  location.assign(documentPage(slug));
}
