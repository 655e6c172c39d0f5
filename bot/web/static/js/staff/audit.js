// The record: fetched page by page, filtered by person, action and conversation.

import { element } from "../markdown.js";
import { call } from "./http.js";
import { moment } from "./time.js";

const API = "/console/api/audit";
const page = document.getElementById("audit-page");
const rows = document.getElementById("entries");
const empty = document.getElementById("empty");
const more = document.getElementById("more");
const notice = document.getElementById("notice");
const filters = {
  account: document.getElementById("account"),
  action: document.getElementById("action"),
};
const oneConversation = document.getElementById("conversation");

let conversation = new URLSearchParams(location.search).get("conversation") ?? "";
let before = null;
let asked = 0;

Object.values(filters).forEach((field) => field.addEventListener("change", () => load()));
document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
more.addEventListener("click", () => load(true));
oneConversation.addEventListener("click", () => {
  only("");
  filters.account.focus();
});
only(conversation);

function only(id) {
  conversation = id;
  document.getElementById("conversation-row").hidden = !id;
  oneConversation.textContent = id ? `${id.slice(0, 8)}… (show all)` : "";
  load();
}

async function load(further = false) {
  const mine = (asked += 1);
  const query = new URLSearchParams();
  for (const [name, field] of Object.entries(filters)) if (field.value) query.set(name, field.value);
  if (conversation) query.set("conversation", conversation);
  if (further && before) query.set("before", before);
  page.setAttribute("aria-busy", "true");
  try {
    const found = await call("GET", `${API}?${query}`);
    if (mine !== asked) return; // the filter has changed in the meantime
    const first = found.entries.map(row);
    if (further) rows.append(...first);
    else rows.replaceChildren(...first);
    before = found.entries.at(-1)?.id ?? before;
    more.hidden = !found.more;
    empty.hidden = rows.childElementCount > 0;
    notice.textContent = "";
    if (further) first[0]?.querySelector("td").focus();
  } catch (error) {
    if (mine === asked) notice.textContent = error.message;
  } finally {
    if (mine === asked) page.removeAttribute("aria-busy");
  }
}

function row(entry) {
  const about = [entry.about, entry.detail].filter(Boolean).join(", ");
  const what = element("td", { "data-label": "What" }, element("span", {}, entry.what, about ? `: ${about}` : ""));
  return element(
    "tr",
    {},
    element("td", { "data-label": "When", tabindex: "-1" }, moment(entry.at, { seconds: true })),
    element("td", { "data-label": "Who" }, element("span", {}, entry.who ?? (entry.action === "sign_in_failed" ? "Somebody unknown" : "The assistant"))),
    what,
    element("td", entry.conversation ? { "data-label": "Conversation" } : {}, ...conversationOf(entry.conversation)),
  );
}

function conversationOf(id) {
  if (!id) return [];
  const link = element("button", { type: "button", class: "link", "aria-label": `Only conversation ${id.slice(0, 8)}` }, id.slice(0, 8));
  link.addEventListener("click", () => only(id));
  return [link];
}
