// The rows that the page knows of, and which queue each belongs to. No DOM.

export const QUEUES = ["waiting", "mine", "bot", "closed"];

/** The queue a row stands in for advisor `me`; "others" are with a colleague. */
export function queueOf(row, me) {
  if (row.status !== "advisor") return row.status;
  return row.advisor?.id === me ? "mine" : "others";
}

export function isUrgent(row) {
  return Boolean(row.alert && !row.alert.seen && row.status !== "closed");
}

function byWaiting(a, b) {
  return Number(isUrgent(b)) - Number(isUrgent(a)) || stamp(a.waiting_since) - stamp(b.waiting_since);
}

function byNews(a, b) {
  return stamp(b.updated_at) - stamp(a.updated_at);
}

function stamp(iso) {
  return iso ? Date.parse(iso) : 0;
}

export class Store {
  constructor(me) {
    this.me = me;
    this.rows = new Map();
    this.counts = { waiting: 0, mine: 0, bot: 0, closed: 0 };
  }

  /** Takes a row in, unless a newer one is known. Gives back what was known before. */
  put(row) {
    const known = this.rows.get(row.id);
    if (known && isOlder(row, known)) return known;
    this.rows.set(row.id, row);
    return known;
  }

  remove(id) {
    this.rows.delete(id);
  }

  /** Replaces what is known of a queue: rows that are not in `rows` any more have left it. */
  replace(queue, rows) {
    const now = new Set(rows.map((row) => row.id));
    for (const row of this.rows.values()) {
      if (queueOf(row, this.me) === queue && !now.has(row.id)) this.rows.delete(row.id);
    }
    rows.forEach((row) => this.put(row));
  }

  queue(name) {
    const rows = [...this.rows.values()].filter((row) => queueOf(row, this.me) === name);
    return rows.sort(name === "waiting" ? byWaiting : byNews);
  }

  /** Emergencies that nobody has marked as seen, wherever they are; the newest first. */
  urgent() {
    return [...this.rows.values()].filter(isUrgent).sort((a, b) => stamp(b.alert.at) - stamp(a.alert.at));
  }

  get(id) {
    return this.rows.get(id);
  }
}

function isOlder(row, known) {
  if (row.ownership !== known.ownership) return row.ownership < known.ownership;
  return row.last_seq < known.last_seq || stamp(row.updated_at) < stamp(known.updated_at);
}
