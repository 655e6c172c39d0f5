// The patient API. Knows addresses and the token; nothing of the page.

const PATIENCE_MS = 15_000;

/** What the API refused or could not do. `retry` tells whether the same request may work later. */
export class ApiError extends Error {
  constructor(status, code, message, retryAfter = 0) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  get retry() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** The conversation does not exist any more, or the token is not its own. */
  get gone() {
    return this.status === 401 || this.code === "conversation_not_found";
  }
}

const OFFLINE = "There is no connection just now.";

export class Api {
  /** `base` is the address of the conversations, such as /api/conversations. */
  constructor(base) {
    this.base = base;
  }

  begin() {
    return this.#call("POST", this.base);
  }

  send(session, id, text) {
    return this.#call("POST", this.#path(session, "messages"), session, { client_message_id: id, text });
  }

  /** `{status, handoff, messages}`: how things are now, and what came after a message. */
  read(session, after) {
    return this.#call("GET", this.#path(session, `messages?after=${after}`), session);
  }

  /** `isNew` is false when the wish for a person was noted earlier. */
  handoff(session) {
    return this.#call("POST", this.#path(session, "handoff"), session);
  }

  /** Back to the assistant. */
  cancelHandoff(session) {
    return this.#call("POST", this.#path(session, "handoff/cancel"), session);
  }

  /** `wish` is `{name, contact, when, about, consent}`. */
  callback(session, wish) {
    return this.#call("POST", this.#path(session, "callback"), session, wish);
  }

  close(session) {
    return this.#call("POST", this.#path(session, "close"), session);
  }

  rating(session, score, comment) {
    return this.#call("POST", this.#path(session, "rating"), session, { score, comment });
  }

  /** Deletes the conversation everywhere. */
  erase(session) {
    return this.#call("DELETE", `${this.base}/${encodeURIComponent(session.id)}`, session);
  }

  feedback(session, seq, helpful) {
    return this.#call("POST", this.#path(session, `messages/${seq}/feedback`), session, { helpful });
  }

  typing(session) {
    return this.#call("POST", this.#path(session, "typing"), session);
  }

  /** The open event stream, as a fetch response. The token goes in a header, so EventSource cannot be used. */
  async events(session, after, signal) {
    const headers = { Authorization: `Bearer ${session.token}`, Accept: "text/event-stream" };
    if (after > 0) headers["Last-Event-ID"] = String(after);
    let response;
    try {
      response = await fetch(this.#path(session, "events"), { headers, signal, cache: "no-store" });
    } catch {
      throw new ApiError(0, "offline", OFFLINE);
    }
    if (!response.ok) throw await refused(response);
    return response;
  }

  #path(session, rest) {
    return `${this.base}/${encodeURIComponent(session.id)}/${rest}`;
  }

  async #call(method, path, session = null, body = null) {
    const headers = {};
    if (session) headers.Authorization = `Bearer ${session.token}`;
    if (body) headers["Content-Type"] = "application/json";
    let response;
    try {
      response = await fetch(path, {
        method,
        headers,
        body: body && JSON.stringify(body),
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (response.status === 204) return null;
      if (response.ok) return { ...(await response.json()), isNew: response.status === 201 };
    } catch {
      throw new ApiError(0, "offline", OFFLINE);
    }
    throw await refused(response);
  }
}

async function refused(response) {
  let error = {};
  try {
    error = (await response.json()).error ?? {};
  } catch {
    // A proxy in between answered with something else.
  }
  const message = error.message ?? "Something went wrong on our side. Please try again in a moment.";
  const retryAfter = Number(response.headers.get("Retry-After")) || 0;
  return new ApiError(response.status, error.code ?? "", message, retryAfter * 1000);
}
