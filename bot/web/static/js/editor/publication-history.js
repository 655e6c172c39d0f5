// What was live when, what each publication changed, and the way back to it.

import { ask } from "./dialogs.js";
import { API, button, call, documentPage, element, inWords, plural, row, say, time } from "./ui.js";

const list = document.getElementById("history");
const more = document.getElementById("more");
const none = document.getElementById("no-history");
const ACTIONS = { publish: "Published", withdraw: "Withdrawn", rollback: "Brought back" };
const SHOWN = 6;
let made = 0;

export class History {
  /** `on.done(work)` hears that a way back was asked for. */
  constructor(on) {
    this.on = on;
    this.before = null;
    more.addEventListener("click", async () => {
      const first = list.childElementCount;
      try {
        await this.#fetch(this.before);
        list.children[first]?.querySelector("button, a, h3")?.focus();
      } catch (error) {
        say(inWords(error));
      }
    });
  }

  async load() {
    await this.#fetch(null);
  }

  async #fetch(before) {
    const found = await call("GET", `${API}/publications/history${before === null ? "" : `?before=${before}`}`);
    const nodes = found.entries.map((each, at) => this.#entry(each, before === null && at === 0));
    if (before === null) list.replaceChildren(...nodes);
    else list.append(...nodes);
    this.before = found.before;
    more.hidden = found.before === null;
    list.hidden = !list.childElementCount;
    none.hidden = !list.hidden;
  }

  /** The `newest` tells how what is live became so; earlier entries may be about the same publication. */
  #entry(each, newest) {
    const title = element("h3", { tabindex: "-1" }, `Publication ${each.publication}`);
    const head = element("div", { class: "entry-head" }, title);
    if (newest) head.append(element("span", { class: "pill pill-good" }, "Live"));
    const by = each.by ? ` by ${each.by}` : "";
    const facts = element("p", { class: "quiet" }, `${ACTIONS[each.action] ?? each.action}${by}, `, time(each.at), `, ${plural(each.documents, "document")}`);
    const node = element("li", { class: `entry${newest ? " entry-live" : ""}` }, element("div", { class: "entry-text" }, head, facts));
    const text = node.firstChild;
    if (each.note) text.append(element("p", { class: "entry-note" }, `“${each.note}”`));
    text.append(changes(each.changes));
    for (const line of each.accepted) {
      text.append(element("p", { class: "quiet" }, `${line.by} accepted: “${line.what}”`));
    }
    if (!each.live) {
      const named = { "aria-haspopup": "dialog", "aria-label": `Go back to this, publication ${each.publication}` };
      node.append(button("Go back to this", "button-outline button-small", () => this.#back(each), named));
    }
    return node;
  }

  #back(each) {
    const note = element("input", { class: "input", id: `back-note-${(made += 1)}`, maxlength: "500", autocomplete: "off" });
    ask(
      {
        title: `Go back to publication ${each.publication}?`,
        lead: "Patients are answered from it within seconds. What was written since stays in the documents and can be published again.",
        fields: [row("Why? (optional)", note)],
        yes: "Go back",
      },
      async () => {
        this.on.done(await call("POST", `${API}/publications/rollback`, { publication: each.publication, note: note.value }));
      },
    );
  }
}

function changes(found) {
  if (!found.length) return element("p", { class: "quiet" }, "Nothing changed in the documents.");
  const lines = found.map(line);
  if (lines.length <= SHOWN) return element("ul", { class: "changes" }, ...lines);
  return element(
    "div",
    {},
    element("ul", { class: "changes" }, ...lines.slice(0, SHOWN)),
    element("details", { class: "changes-rest" }, element("summary", {}, `and ${lines.length - SHOWN} more`), element("ul", { class: "changes" }, ...lines.slice(SHOWN))),
  );
}

function line(each) {
  const [mark, word] = each.to === null ? ["−", "Withdrawn"] : each.from === null ? ["+", "Added"] : ["±", "Changed"];
  const revision = each.to === null ? `revision ${each.from}` : each.from === null ? `revision ${each.to}` : `revision ${each.from} → ${each.to}`;
  const look = each.to === null ? "gone" : each.from === null ? "new" : "other";
  const compared = each.from !== null && each.to !== null;
  const where = compared ? `history?from=${each.from}&to=${each.to}` : `revisions/${each.to ?? each.from}`;
  return element(
    "li",
    { class: `change change-${look}` },
    element("span", { class: "change-mark", "aria-hidden": "true" }, mark),
    element("span", { class: "visually-hidden" }, `${word}: `),
    element("a", { class: "document-link", href: documentPage(each.slug, where) }, each.title),
    element("span", { class: "quiet" }, ` ${revision}`),
  );
}
