// Call-back requests and enquiries: a list to work off.

import { ConsoleApi } from "./console/api.js";
import { workItem } from "./console/details.js";
import { element, nickname, plural } from "./console/ui.js";

const root = document.getElementById("requests");
const api = new ConsoleApi(root.dataset.api, document.querySelector('meta[name="csrf-token"]')?.content ?? "");
const list = document.getElementById("items");
const state = document.getElementById("requests-state");
const csv = document.getElementById("csv");
const filters = { state: document.getElementById("state"), kind: document.getElementById("kind") };
const mine = document.getElementById("mine");

let number = 0;

async function load() {
  const mark = ++number;
  const query = new URLSearchParams();
  for (const [name, box] of Object.entries(filters)) if (box.value) query.set(name, box.value);
  csv.href = `${root.dataset.api}/work-items.csv?${query}`;
  if (mine.checked) query.set("owner", "me");
  try {
    const found = await api.get(`work-items?${query}`);
    if (mark !== number) return;
    list.replaceChildren(...found.work_items.map(draw));
    state.textContent = found.work_items.length
      ? `${plural(found.work_items.length, "request")}, ${found.counts.open} open.`
      : "There is nothing here. When a patient asks to be called back, it appears here.";
  } catch (error) {
    if (mark === number) state.textContent = error.message;
  }
}

function draw(item) {
  const node = workItem(item, { work: change });
  const link = element("a", { href: `/console#${item.conversation_id}` }, `Conversation with ${nickname(item.conversation_id)}`);
  node.querySelector(".work-row").append(link);
  return node;
}

async function change(item, wanted) {
  try {
    await api.post(`work-items/${item.id}`, wanted);
    await load();
  } catch (error) {
    await load();
    state.textContent = error.message;
  }
}

Object.values(filters).forEach((box) => box.addEventListener("change", load));
mine.addEventListener("change", load);
document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());
window.addEventListener("console:signed-out", () => location.reload());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && load());
load();
