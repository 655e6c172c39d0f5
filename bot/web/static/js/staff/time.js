// Moments in the reader's own language and time zone.

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const short = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** A `<time>` element for a moment in ISO 8601. */
export function moment(iso, { seconds = false } = {}) {
  const node = document.createElement("time");
  node.dateTime = iso;
  node.textContent = (seconds ? exact : short).format(new Date(iso));
  return node;
}
