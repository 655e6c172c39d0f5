// From a reply in the playground to a golden question, with one click.

import { API, call, inWords, say } from "./ui.js";

/** Keeps that this question must be answered as one of the two sides does: the same kind, from the same section. */
export async function golden(question, { reply, place }) {
  const { document = "", section = "" } = place ?? {};
  try {
    await call("POST", `${API}/golden`, { question, expects: reply.kind, document, section });
  } catch (error) {
    say(inWords(error));
    return;
  }
  say(place ? "Kept: from now on this question must be answered from this section." : "Kept: from now on this question must not be answered from the articles.");
}
