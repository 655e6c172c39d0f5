// The site that this page is embedded in. It is told as little as possible: ready, close me, how many new messages,
// whether there is a conversation. Only sites on the list are listened to, and only they are told anything.

const MARK = "nkbot";

export class Host {
  /** `sites` are the origins that may embed the page; `on.opened(focus)` and `on.closed()` come from the site. */
  constructor(sites, on) {
    this.sites = sites;
    this.on = on;
    this.origin = null;
    this.isOpen = !this.isEmbedded;
    this.last = {};
    if (this.isEmbedded) window.addEventListener("message", (event) => this.#hear(event));
  }

  get isEmbedded() {
    return window.parent !== window;
  }

  close() {
    this.#tell({ type: "close" });
  }

  /** For the badge, and so that the site opens the connection again on its next page. */
  state(state) {
    this.last = { ...this.last, ...state };
    this.#tell({ type: "state", unread: 0, active: false, ...this.last });
  }

  #hear(event) {
    if (event.source !== window.parent || !this.sites.includes(event.origin)) return;
    const said = event.data;
    if (said === null || typeof said !== "object" || said.to !== MARK) return;
    if (said.type === "hello") {
      this.origin = event.origin;
      this.#tell({ type: "ready" });
      this.state({});
    } else if (said.type === "opened") {
      this.isOpen = true;
      this.on.opened(said.focus === true);
    } else if (said.type === "closed") {
      this.isOpen = false;
      this.on.closed();
    }
  }

  /** The exact origin is known from the site's own greeting; before that nothing is said. */
  #tell(message) {
    if (this.origin) window.parent.postMessage({ from: MARK, ...message }, this.origin);
  }
}
