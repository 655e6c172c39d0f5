// Asks the server on behalf of somebody who has signed in. Knows nothing of the page.

const PATIENCE_MS = 20_000;
const OFFLINE = "There is no connection just now. Please try again in a moment.";
const FAULT = "Something went wrong on our side. Please try again in a moment.";

/** What the server refused or could not do. `retryAfter` is in seconds, 0 when it is not known. */
export class HttpError extends Error {
  constructor(status, code, message, retryAfter = 0) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

/** The JSON that the server answers with, or null. Leads to the sign-in page when the session is over. */
export async function call(method, path, body = null) {
  const headers = { Accept: "application/json" };
  if (body !== null) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRF-Token"] = csrfToken();
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === null ? undefined : JSON.stringify(body),
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (response.status === 204) return null;
    if (response.ok) return await response.json();
  } catch {
    throw new HttpError(0, "offline", OFFLINE);
  }
  const error = await refusal(response);
  if (error.code === "not_signed_in") toSignIn();
  throw error;
}

/** Leads to the sign-in page, and back here afterwards. */
export function toSignIn() {
  const here = location.pathname + location.search;
  location.assign(`/sign-in?next=${encodeURIComponent(here)}`);
}

async function refusal(response) {
  let error = {};
  try {
    error = (await response.json()).error ?? {};
  } catch {
    // A proxy in between answered with something else.
  }
  const wait = Number(response.headers.get("Retry-After")) || 0;
  return new HttpError(response.status, error.code ?? "", error.message ?? FAULT, wait);
}
