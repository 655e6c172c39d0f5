// Small things all parts of the console draw with. Texts only ever become text nodes.

import { element, markdown as asNodes } from "../markdown.js";

export { element } from "../markdown.js";

/** A text in the small Markdown subset. Many tables may stand on this page: each is a group, not a landmark. */
export function markdown(text) {
  const nodes = asNodes(text);
  nodes.querySelectorAll(".table").forEach((table) => table.setAttribute("role", "group"));
  return nodes;
}

const ICONS = {
  urgent: "M12 8v5M12 16.500v.01M12 3l9.500 17h-19z",
  clock: "M12 7v5l3 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0",
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  take: "M12 5v14M5 12h14",
  bulb: "M9 18h6M10 21h4M12 3a6 6 0 0 0-3.500 10.900c.6.5 1 1.200 1 2.100h5c0-.9.4-1.600 1-2.100A6 6 0 0 0 12 3",
  saved: "M7 4h10v16l-5-3.500L7 20z",
  note: "M5 4h14v11l-5 5H5zM14 20v-5h5",
  phone: "M6 4h3l1.500 4-2 1.500a11 11 0 0 0 6 6l1.500-2 4 1.500v3a2 2 0 0 1-2 2A16 16 0 0 1 4 6a2 2 0 0 1 2-2",
  person: "M12 12a3.600 3.600 0 1 0 0-7.200 3.600 3.600 0 0 0 0 7.200M5 20c.6-4 3.400-6 7-6s6.400 2 7 6",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export function button(label, className, onClick, attributes = {}) {
  const children = Array.isArray(label) ? label : [label];
  const node = element("button", { type: "button", class: `button ${className}`, ...attributes }, ...children);
  node.addEventListener("click", onClick);
  return node;
}

/** How an advisor speaks of a conversation: nobody has to give a name. */
export function nickname(id) {
  return `Patient ${id.slice(0, 4).toUpperCase()}`;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "now", "4 min", "2 h", "3 days". */
export function ago(iso, now = Date.now()) {
  const passed = Math.max(now - Date.parse(iso), 0);
  if (passed < MINUTE) return "now";
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min`;
  if (passed < DAY) return `${Math.floor(passed / HOUR)} h`;
  const days = Math.floor(passed / DAY);
  return days === 1 ? "1 day" : `${days} days`;
}

export function moment(iso) {
  return new Date(iso).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}

export function clock(iso) {
  return new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

/** A `<time>` that keeps telling how long ago it was. */
export function since(iso, className = "") {
  const node = element("time", { datetime: iso, title: moment(iso), class: className || null, "data-since": "" });
  node.textContent = ago(iso);
  return node;
}

export function refreshTimes(root = document) {
  root.querySelectorAll("time[data-since]").forEach((node) => {
    const text = ago(node.dateTime);
    if (node.textContent !== text) node.textContent = text;
  });
}

export function plural(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}

const KEYS = "nkbot.console.";

/** What is written into sessionStorage survives a reload of this tab and ends with it. */
export const kept = {
  read(key, otherwise) {
    try {
      return JSON.parse(sessionStorage.getItem(key)) ?? otherwise;
    } catch {
      return otherwise;
    }
  },
  /** Nothing of an account stays behind for the next one in this tab. */
  forgetAll() {
    try {
      Object.keys(sessionStorage)
        .filter((key) => key.startsWith(KEYS))
        .forEach((key) => sessionStorage.removeItem(key));
    } catch {
      // Nothing was kept.
    }
  },
  write(key, value) {
    try {
      if (value === null || value === "") sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(value));
    } catch {
      // Full or forbidden: the page goes on without.
    }
  },
};
