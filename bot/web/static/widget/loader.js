// The assistant on a clinic's own site: a button, and behind it the chat in a frame from our origin.
// Needs of the site's Content-Security-Policy only `script-src` and `frame-src` with our origin: all styles
// are adopted by a shadow root, and nothing else is loaded.
(() => {
  "use strict";
  const settings = __SETTINGS__;
  const home = new URL(document.currentScript.src).origin;
  const side = document.currentScript.dataset.side === "left" ? "left" : "right";
  const OPEN = "nkbot.open"; // for this tab: the chat is open
  const ACTIVE = "nkbot.active"; // for this site: there is a conversation, so new messages may come
  const PATIENCE_MS = 10_000;

  if (window.nkbot) return;
  if (!settings.sites.includes(location.origin)) {
    console.error(`The chat of ${home} is not shown: its setting NKBOT_SITES does not name ${location.origin}.`);
    return;
  }

  const phone = matchMedia("(max-width: 30rem), (max-height: 30rem)");
  let isOpen = false;
  let frame = null;
  let isReady = false;
  let patience = 0;
  let pageBefore = null;

  const root = document.createElement("nkbot-widget");
  const shadow = root.attachShadow({ mode: "open" });
  style();

  const panel = add(null, "div", "panel", { id: "panel", role: "dialog", "aria-label": settings.title });
  const wait = add(panel, "div", "wait");
  const told = add(wait, "p", "", { role: "status" });
  const again = add(wait, "button", "again", { type: "button" }, "Try again");
  const elsewhere = add(wait, "a", "", { href: `${home}/`, target: "_blank", rel: "noopener" }, "Open the chat in its own window");
  const leave = add(wait, "button", "again", { type: "button" }, "Close");
  const launcher = add(null, "button", "launcher", { type: "button", "aria-controls": "panel", "aria-expanded": "false" });
  drawing(launcher, "M5 5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2z", "chat");
  drawing(launcher, "M6 9.500l6 6 6-6", "down");
  const label = add(launcher, "span", "label", {}, "Ask a question");
  const badge = add(launcher, "span", "badge", { "aria-hidden": "true" });
  const news = add(null, "p", "unseen", { role: "status" });
  const section = document.createElement("section");
  section.setAttribute("aria-label", "Chat");
  section.append(panel, launcher, news);
  section.dataset.side = side;
  shadow.append(section);

  function add(parent, name, className, attributes = {}, text = "") {
    const node = document.createElement(name);
    if (className) node.className = className;
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.textContent = text;
    parent?.append(node);
    return node;
  }

  function drawing(parent, shape, className) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("class", className);
    path.setAttribute("d", shape);
    svg.append(path);
    parent.append(svg);
  }

  function remember(store, key, on) {
    try {
      if (on) window[store].setItem(key, "1");
      else window[store].removeItem(key);
    } catch {
      // Storage may be forbidden; then the next page begins with the chat closed.
    }
  }

  function remembered(store, key) {
    try {
      return window[store].getItem(key) === "1";
    } catch {
      return false;
    }
  }

  /** The chat's page is loaded when it is first needed, and goes on living behind the closed button. */
  function load() {
    frame?.remove();
    isReady = false;
    waiting("Opening the chat …", false);
    frame = add(null, "iframe", "", { title: settings.title, src: `${home}/widget`, referrerpolicy: "no-referrer" });
    frame.addEventListener("load", () => tell({ type: "hello" }));
    panel.append(frame);
    clearTimeout(patience);
    patience = setTimeout(() => waiting("The chat cannot be reached just now.", true), PATIENCE_MS);
  }

  function waiting(sentence, failed) {
    section.classList.toggle("is-ready", isReady);
    told.textContent = isReady ? "" : sentence;
    again.hidden = elsewhere.hidden = leave.hidden = !failed;
  }

  function tell(message) {
    frame.contentWindow?.postMessage({ to: "nkbot", ...message }, home);
  }

  function open(focus) {
    if (isOpen) return;
    isOpen = true;
    if (!frame) load();
    section.classList.add("is-open");
    launcher.setAttribute("aria-expanded", "true");
    remember("sessionStorage", OPEN, true);
    cover();
    show(0);
    if (isReady) tell({ type: "opened", focus });
    if (focus) frame.focus();
  }

  function close() {
    if (!isOpen) return;
    isOpen = false;
    section.classList.remove("is-open");
    launcher.setAttribute("aria-expanded", "false");
    remember("sessionStorage", OPEN, false);
    cover();
    show(0);
    if (isReady) tell({ type: "closed" });
    launcher.focus({ preventScroll: true });
  }

  /** On a phone the chat covers the page: the page neither scrolls nor takes the focus behind it. */
  function cover() {
    const page = document.documentElement;
    const covers = isOpen && phone.matches;
    panel.setAttribute("aria-modal", String(covers));
    if (covers && !pageBefore) {
      pageBefore = { overflow: page.style.overflow, body: document.body, inert: document.body.inert };
      page.style.overflow = "hidden";
      document.body.inert = true;
    } else if (!covers && pageBefore) {
      page.style.overflow = pageBefore.overflow;
      pageBefore.body.inert = pageBefore.inert;
      pageBefore = null;
    }
    fit();
  }

  /** The on-screen keyboard covers a part of the page: the chat keeps to what is left. */
  function fit() {
    const view = window.visualViewport;
    const small = pageBefore && view && view.height < innerHeight;
    panel.style.height = small ? `${view.height}px` : "";
    panel.style.top = small ? `${view.offsetTop}px` : "";
  }

  function show(unread) {
    badge.textContent = unread ? String(Math.min(unread, 9)) + (unread > 9 ? "+" : "") : "";
    const messages = unread === 1 ? "1 new message" : `${unread} new messages`;
    label.textContent = isOpen ? "Close the chat" : "Ask a question";
    launcher.setAttribute("aria-label", unread ? `Open the chat: ${messages}` : label.textContent);
    const sentence = unread ? `${messages} in the chat` : "";
    if (news.textContent !== sentence) news.textContent = sentence;
  }

  function hear(event) {
    if (!frame || event.origin !== home || event.source !== frame.contentWindow) return;
    const said = event.data;
    if (said === null || typeof said !== "object" || said.from !== "nkbot") return;
    if (said.type === "ready") {
      clearTimeout(patience);
      isReady = true;
      waiting("", false);
      if (isOpen) tell({ type: "opened", focus: shadow.activeElement === frame });
    } else if (said.type === "close") {
      close();
    } else if (said.type === "state" && Number.isInteger(said.unread) && typeof said.active === "boolean") {
      show(isOpen ? 0 : Math.max(0, said.unread));
      remember("localStorage", ACTIVE, said.active);
    }
  }

  /** Sizes follow the browser's own text size (`medium`), whatever the site does to its root. */
  function style() {
    const { light, dark } = settings;
    const rules = `
      :host { all: initial; --accent: ${light.accent}; --strong: ${light.strong}; --on: ${light.on};
        --surface: #fff; --text: #14211f; color-scheme: light dark; }
      @media (prefers-color-scheme: dark) { :host { --accent: ${dark.accent}; --strong: ${dark.strong};
        --on: ${dark.on}; --surface: #16201f; --text: #e7efed; } }
      * { box-sizing: border-box; }
      [hidden] { display: none !important; }
      section { font: medium/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
      .launcher { position: fixed; z-index: 2147483000; bottom: max(1em, env(safe-area-inset-bottom)); right: 1em;
        display: flex; align-items: center; gap: .5em; min-height: 3.5em; margin: 0; padding: 0 1.25em 0 1em;
        border: 0; border-radius: 1.75em; background: var(--accent); color: var(--on); font: inherit;
        font-weight: 600; cursor: pointer; box-shadow: 0 0 0 2px var(--surface), 0 4px 20px rgb(0 0 0 / 30%); }
      .launcher:hover { background: var(--strong); }
      :focus-visible { outline: 3px solid var(--text); outline-offset: 3px; }
      svg { flex: none; width: 1.625em; height: 1.625em; fill: none; stroke: currentcolor; stroke-width: 1.8;
        stroke-linecap: round; stroke-linejoin: round; }
      .down, .is-open .chat, .is-open .label { display: none; }
      .is-open .down { display: block; }
      .is-open .launcher { padding: 0; width: 3.5em; justify-content: center; }
      .badge { position: absolute; top: -.45em; right: -.3em; min-width: 1.85em; padding: 0 .45em;
        border: 2px solid var(--surface); border-radius: 1.1em; background: #b3261e; color: #fff;
        font-size: .8125em; line-height: 1.55em; text-align: center; }
      .badge:empty { display: none; }
      .panel { position: fixed; z-index: 2147483000; right: 1em; bottom: 5.5em; width: 25em;
        height: min(44em, calc(100vh - 7em)); max-width: calc(100vw - 2em); overflow: hidden;
        border-radius: 1em; background: var(--surface); color: var(--text); visibility: hidden; opacity: 0;
        transform: translateY(.75em); transition: opacity .16s, transform .16s, visibility 0s .16s;
        box-shadow: 0 0 0 1px rgb(0 0 0 / 12%), 0 12px 48px rgb(0 0 0 / 28%); }
      .is-open .panel { visibility: visible; opacity: 1; transform: none;
        transition: opacity .16s, transform .16s; }
      [data-side="left"] :is(.launcher, .panel) { right: auto; left: 1em; }
      iframe { position: absolute; inset: 0; width: 100%; height: 100%; border: 0; opacity: 0; pointer-events: none;
        color-scheme: normal; }
      .is-ready iframe { opacity: 1; pointer-events: auto; }
      .wait { display: flex; flex-direction: column; gap: .75em; align-items: center; justify-content: center;
        position: relative; z-index: 1; height: 100%; padding: 1.5em; text-align: center; }
      .is-ready .wait { display: none; }
      .wait p { margin: 0; }
      .wait a { color: inherit; }
      .again { min-height: 2.75em; padding: 0 1em; border: 1px solid currentcolor; border-radius: .625em;
        background: none; color: inherit; font: inherit; cursor: pointer; }
      .unseen { position: fixed; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); }
      @media (max-width: 30em), (max-height: 30em) {
        .panel { inset: 0 !important; width: auto; height: 100vh; height: 100dvh; max-width: none; border-radius: 0; }
        .is-open .launcher { display: none; }
      }
      @media (max-width: 22em) { .launcher { padding: 0 .9375em; } .label { display: none; } }
      @media (prefers-reduced-motion: reduce) { .panel { transition: none; transform: none; } }
      @media (forced-colors: active) { .launcher, .panel { border: 2px solid; } }
      @media print { section { display: none; } }`;
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(rules);
      shadow.adoptedStyleSheets = [sheet];
    } catch {
      add(shadow, "style", "", {}, rules); // an older browser; a strict policy may refuse it there
    }
  }

  launcher.addEventListener("click", () => (isOpen ? close() : open(true)));
  leave.addEventListener("click", close);
  again.addEventListener("click", load);
  section.addEventListener("keydown", (event) => event.key === "Escape" && close());
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-nkbot-open]")) return;
    event.preventDefault();
    open(true);
  });
  window.addEventListener("message", hear);
  phone.addEventListener("change", cover);
  window.visualViewport?.addEventListener("resize", fit);
  window.visualViewport?.addEventListener("scroll", fit);
  show(0);
  // Beside the body: sites that replace their body while people browse keep the chat and its connection.
  document.documentElement.append(root);
  const start = () => {
    if (remembered("sessionStorage", OPEN)) open(false);
    else if (remembered("localStorage", ACTIVE)) load();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
  window.nkbot = Object.freeze({ open: () => open(true), close });
})();
