// What the language check found in what is being written: what must be mended stands out from what may be looked at.

import { element } from "./ui.js";

const SHOWN = 12;

/** List items for the findings; `go(heading)` opens a section in the form. */
export function findingItems(findings, go) {
  const items = findings.slice(0, SHOWN).map((finding) => item(finding, go));
  const rest = findings.length - items.length;
  if (rest) items.push(element("li", {}, `…and ${rest} more. Mend these first.`));
  return items;
}

function item({ stop, section, words, message }, go) {
  const text = element("span", { class: "finding-text" }, element("strong", {}, stop ? "Mend: " : "Look: "));
  if (words) text.append(element("q", { dir: "auto" }, shortened(words)), " ");
  text.append(message);
  const node = element("li", { class: stop ? "finding finding-stop" : "finding" }, text);
  if (section) {
    const open = element("button", { type: "button", class: "link", "aria-label": `Open the section: ${section}` }, section);
    open.addEventListener("click", () => go(section));
    node.append(element("span", { class: "finding-place" }, "In ", open));
  }
  return node;
}

function shortened(words) {
  return words.length > 120 ? `${words.slice(0, 117)}…` : words;
}
