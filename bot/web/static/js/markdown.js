// The small Markdown subset of bot messages (paragraphs, bold, lists, tables) as DOM nodes. Whatever else
// a text contains stays text: nothing here ever parses HTML.

const BULLET = /^\s{0,3}[-*+]\s+(.*)$/;
const NUMBER = /^\s{0,3}(\d{1,3})[.)]\s+(.*)$/;
const TABLE_RULE = /^\s*\|?\s*:?-{1,}:?\s*(\|\s*:?-{1,}:?\s*)*\|?\s*$/;
const BOLD = /\*\*(?=\S)(.+?)(?<=\S)\*\*/gs;
const ESCAPED = /\\([\\`*_{}[\]()#+\-.!|<>~])/g;

export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

export function markdown(text) {
  const fragment = document.createDocumentFragment();
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  let at = 0;
  while (at < lines.length) {
    if (!lines[at].trim()) {
      at += 1;
    } else if (lines[at].includes("|") && TABLE_RULE.test(lines[at + 1] ?? "") && (lines[at + 1] ?? "").includes("|")) {
      at = table(lines, at, fragment);
    } else if (BULLET.test(lines[at])) {
      at = list(lines, at, fragment, BULLET, "ul");
    } else if (NUMBER.test(lines[at])) {
      at = list(lines, at, fragment, NUMBER, "ol");
    } else {
      at = paragraph(lines, at, fragment);
    }
  }
  return fragment;
}

function startsBlock(line) {
  return !line.trim() || BULLET.test(line) || NUMBER.test(line);
}

function paragraph(lines, at, fragment) {
  const words = [lines[at]];
  at += 1;
  while (at < lines.length && !startsBlock(lines[at]) && !TABLE_RULE.test(lines[at + 1] ?? "")) {
    words.push(lines[at]);
    at += 1;
  }
  fragment.append(element("p", {}, ...inline(words.map((word) => word.trim()).join("\n"))));
  return at;
}

/** A list; items may go on over several lines, and empty lines may stand between items. */
function list(lines, at, fragment, marker, name) {
  const attributes = {};
  if (name === "ol") {
    const first = Number(lines[at].match(NUMBER)[1]);
    if (first !== 1) attributes.start = String(first);
  }
  const items = [];
  while (at < lines.length) {
    const found = lines[at].match(marker);
    if (found) {
      items.push(found.at(-1));
    } else if (!lines[at].trim()) {
      if (!marker.test(lines[at + 1] ?? "")) break;
    } else if (items.length && !startsBlock(lines[at])) {
      items[items.length - 1] += ` ${lines[at].trim()}`;
    } else {
      break;
    }
    at += 1;
  }
  fragment.append(element(name, attributes, ...items.map((item) => element("li", {}, ...inline(item)))));
  return at;
}

function table(lines, at, fragment) {
  const heads = cells(lines[at]);
  at += 2;
  const rows = [];
  while (at < lines.length && lines[at].trim() && lines[at].includes("|")) {
    rows.push(cells(lines[at]));
    at += 1;
  }
  const titles = heads.map((cell) => (cell ? element("th", { scope: "col" }, ...inline(cell)) : element("td")));
  const head = element("tr", {}, ...titles);
  const body = rows.map((row) =>
    element(
      "tr",
      {},
      ...heads.map((_, column) =>
        column === 0
          ? element("th", { scope: "row" }, ...inline(row[0] ?? ""))
          : element("td", {}, ...inline(row[column] ?? "")),
      ),
    ),
  );
  const drawn = element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
  // Scrolls sideways on a phone; the keyboard must reach it for that.
  fragment.append(element("div", { class: "table", role: "region", "aria-label": "Table", tabindex: "0" }, drawn));
  return at;
}

function cells(line) {
  const inner = line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim());
}

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(BOLD)) {
    if (found.index > from) nodes.push(plain(text.slice(from, found.index)));
    nodes.push(element("strong", {}, plain(found[1])));
    from = found.index + found[0].length;
  }
  if (from < text.length) nodes.push(plain(text.slice(from)));
  return nodes;
}

function plain(text) {
  return text.replace(ESCAPED, "$1");
}
