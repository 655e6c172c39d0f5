// The list on the left: queues with their counts, emergencies on top, one row for each conversation.

import { emergencyName, QUEUE_EMPTY, REASONS } from "./words.js";
import { isUrgent, QUEUES, queueOf } from "./store.js";
import { element, icon, nickname, refreshTimes, since } from "./ui.js";

export class Inbox {
  /** `on.open(id)`, `on.queue(name)`, `on.search(text)` and `on.more()` are what the list asks for. */
  constructor(root, store, on) {
    this.store = store;
    this.on = on;
    this.queue = "waiting";
    this.opened = null;
    this.found = null;
    this.tabs = new Map();
    this.list = root.querySelector("#rows");
    this.pins = root.querySelector("#pins");
    this.empty = root.querySelector("#rows-empty");
    this.moreButton = root.querySelector("#rows-more");
    this.search = root.querySelector("#search");
    root.querySelectorAll("[data-queue]").forEach((tab) => {
      this.tabs.set(tab.dataset.queue, tab);
      tab.addEventListener("click", () => this.choose(tab.dataset.queue));
      tab.addEventListener("keydown", (event) => this.#arrow(event));
    });
    this.moreButton.addEventListener("click", () => on.more());
    let typing = 0;
    this.search.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(() => on.search(this.search.value.trim()), 250);
    });
    root.querySelector("#search-form").addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(typing);
      on.search(this.search.value.trim());
    });
    setInterval(() => refreshTimes(), 15_000);
  }

  choose(name) {
    this.queue = name;
    this.found = null;
    this.search.value = "";
    for (const [queue, tab] of this.tabs) {
      tab.setAttribute("aria-selected", String(queue === name));
      tab.tabIndex = queue === name ? 0 : -1;
    }
    this.list.setAttribute("aria-labelledby", `tab-${name}`);
    this.draw();
    this.on.queue(name);
  }

  /** Shows found rows instead of a queue; null goes back to the queue. */
  results(rows) {
    this.found = rows;
    this.draw();
  }

  select(id) {
    this.opened = id;
    this.draw();
  }

  get rows() {
    if (this.found) return this.found.map((row) => this.store.get(row.id) ?? row);
    return this.store.queue(this.queue);
  }

  draw(loading = false) {
    for (const [queue, tab] of this.tabs) {
      const count = this.store.counts[queue] ?? 0;
      const bubble = tab.querySelector(".count");
      const shown = queue === "closed" ? "" : String(count || "");
      if (bubble.textContent !== shown) bubble.textContent = shown;
      tab.classList.toggle("tab-calls", queue === "waiting" && count > 0);
    }
    const focused = document.activeElement?.closest?.("[data-id]")?.dataset.id;
    this.#drawPins();
    const rows = this.rows;
    const others = this.queue === "mine" && !this.found ? this.store.queue("others") : [];
    const heading = element("li", { class: "rows-head" }, element("h2", {}, "With colleagues"));
    this.list.replaceChildren(
      ...rows.map((row) => this.#row(row)),
      ...(others.length ? [heading, ...others.map((row) => this.#row(row))] : []),
    );
    const [title, hint] = this.found ? ["Nothing found.", "Try fewer or other words."] : QUEUE_EMPTY[this.queue];
    this.empty.hidden = rows.length + others.length > 0 || loading;
    this.empty.replaceChildren(element("strong", {}, title), element("span", {}, hint));
    if (focused) this.#button(focused)?.focus({ preventScroll: true });
  }

  /** Moves the focus in the list; `step` is 1 or −1. */
  move(step) {
    const all = [...this.list.querySelectorAll(".row")];
    if (!all.length) return;
    const here = all.indexOf(document.activeElement);
    const from = here >= 0 ? here : all.findIndex((row) => row.dataset.id === this.opened);
    const next = from < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(from + step, 0), all.length - 1);
    all[next].focus();
    all[next].scrollIntoView({ block: "nearest" });
  }

  focus(id) {
    (this.#button(id) ?? this.list.querySelector(".row") ?? this.tabs.get(this.queue)).focus();
  }

  #button(id) {
    return this.list.querySelector(`[data-id="${CSS.escape(id ?? "")}"]`);
  }

  #arrow(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const place = (QUEUES.indexOf(this.queue) + step + QUEUES.length) % QUEUES.length;
    this.choose(QUEUES[place]);
    this.tabs.get(this.queue).focus();
  }

  #drawPins() {
    const urgent = this.store.urgent();
    this.pins.hidden = !urgent.length;
    const rows = urgent.map((row) => {
      const open = element(
        "button",
        { type: "button", class: "pin", "data-pin": row.id },
        icon("urgent"),
        element("span", { class: "pin-kind" }, emergencyName(row.alert.kind)),
        element("span", { class: "pin-who" }, `${nickname(row.id)} · `, since(row.alert.at)),
      );
      open.addEventListener("click", () => this.on.open(row.id));
      return element("li", {}, open);
    });
    this.pins.querySelector("ul").replaceChildren(...rows);
  }

  #row(row) {
    const when = row.status === "waiting" && row.waiting_since ? row.waiting_since : row.updated_at;
    const where = queueOf(row, this.store.me);
    const unreadCount = where === "waiting" || where === "mine" ? row.unread : 0;
    const tags = [];
    if (row.alert && row.status !== "closed") {
      const look = isUrgent(row) ? "tag tag-urgent" : "tag";
      tags.push(element("span", { class: look }, isUrgent(row) ? "Emergency" : "Emergency, seen"));
    } else if (row.status === "waiting" && REASONS[row.reason]) {
      tags.push(element("span", { class: "tag" }, REASONS[row.reason]));
    }
    if (where === "others" && row.advisor) tags.push(element("span", { class: "tag" }, `With ${row.advisor.name}`));
    if (this.found && where !== "others") tags.push(element("span", { class: "tag" }, FOUND_IN[where]));
    const node = element(
      "button",
      {
        type: "button",
        class: `row${isUrgent(row) ? " row-urgent" : ""}${unreadCount ? " row-unread" : ""}`,
        "data-id": row.id,
        "aria-current": row.id === this.opened ? "true" : null,
      },
      element(
        "span",
        { class: "row-head" },
        element("span", { class: "row-name" }, nickname(row.id)),
        ...(unreadCount ? [unread(unreadCount)] : []),
        since(when, "row-when"),
      ),
      element("span", { class: "row-text", dir: "auto" }, row.last_text || "Nothing written yet"),
      ...(tags.length ? [element("span", { class: "row-tags" }, ...tags)] : []),
    );
    node.addEventListener("click", () => this.on.open(row.id));
    return element("li", {}, node);
  }
}

const FOUND_IN = { waiting: "Waiting", mine: "Mine", bot: "With the assistant", closed: "Ended" };

function unread(count) {
  return element(
    "span",
    { class: "row-new" },
    String(count),
    element("span", { class: "visually-hidden" }, " new"),
  );
}
