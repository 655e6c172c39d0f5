// The console's API. Knows addresses and the CSRF token; nothing of the page.

import { ApiError } from "../api.js";

const PATIENCE_MS = 15_000;
/** The session is another one now, or may do other things: the page has to be loaded again. */
const RELOAD = new Set(["csrf_wrong", "not_allowed", "password_change_needed"]);
const OFFLINE = "There is no connection just now.";

export class ConsoleApi {
  /** `base` is the address of the API, such as /console/api. */
  constructor(base, csrf) {
    this.base = base;
    this.csrf = csrf;
  }

  queue(name, before = null) {
    const query = new URLSearchParams(before ? { queue: name, before } : { queue: name });
    return this.get(`conversations?${query}`);
  }

  /** What is searched for may be a patient's words: it travels in the body, never in an address. */
  search(text) {
    return this.post("conversations/search", { text });
  }

  conversation(id, after = 0) {
    return this.get(`conversations/${id}${after ? `?after=${after}` : ""}`);
  }

  act(id, what, body = {}) {
    return this.post(`conversations/${id}/${what}`, body);
  }

  get(path) {
    return this.#call("GET", path);
  }

  post(path, body = {}) {
    return this.#call("POST", path, body);
  }

  put(path, body) {
    return this.#call("PUT", path, body);
  }

  delete(path) {
    return this.#call("DELETE", path);
  }

  /** The open event stream as a fetch response. */
  async events(_session, _after, signal) {
    let response;
    try {
      response = await fetch(`${this.base}/events`, {
        headers: { Accept: "text/event-stream" },
        signal,
        cache: "no-store",
      });
    } catch {
      throw new ApiError(0, "offline", OFFLINE);
    }
    if (!response.ok) throw await refusal(response);
    return response;
  }

  async #call(method, path, body) {
    const headers = { Accept: "application/json" };
    if (method !== "GET") headers["X-CSRF-Token"] = this.csrf;
    if (body) headers["Content-Type"] = "application/json";
    let response;
    try {
      response = await fetch(`${this.base}/${path}`, {
        method,
        headers,
        body: body && JSON.stringify(body),
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (response.status === 204) return null;
      if (response.ok) return await response.json();
    } catch {
      throw new ApiError(0, "offline", OFFLINE);
    }
    throw await refusal(response);
  }
}

async function refusal(response) {
  let error = {};
  try {
    error = (await response.json()).error ?? {};
  } catch {
    // A proxy in between answered with something else.
  }
  const message = error.message ?? "Something went wrong on our side. Please try again in a moment.";
  const retryAfter = Number(response.headers.get("Retry-After")) || 0;
  const refused = new ApiError(response.status, error.code ?? "", message, retryAfter * 1000);
  if (response.status === 401 || RELOAD.has(refused.code)) {
    const sentence = response.status === 401 ? "You are signed out." : refused.message;
    window.dispatchEvent(new CustomEvent("console:signed-out", { detail: sentence }));
  }
  return refused;
}
