// Somebody else saved the same document first: shows both, and helps to bring them together. Nothing is overwritten.

import { counted, diff } from "./diff.js";
import { open } from "./dialogs.js";
import { API, button, call, documentApi, element, inWords, say, time } from "./ui.js";

/** Resolves to {article, number, clashes} when both are brought together, "theirs", or null to go on writing. */
export function settleConflict(slug, content, basedOn, newest) {
  return new Promise((resolve) => {
    let result = null;
    const api = (what) => documentApi(slug, what);
    const state = element("p", { class: "quiet", role: "status" }, "Comparing…");
    const place = element("div", { class: "conflict-diff", tabindex: "0", role: "group", "aria-label": "Both side by side" });
    const error = element("p", { class: "error", role: "alert" });
    const who = newest.created_by || "Somebody else";
    const attempt = (work) => async () => {
      error.textContent = "";
      try {
        await work();
      } catch (refused) {
        error.textContent = inWords(refused);
      }
    };
    const merge = button(
      "Bring both together",
      "button-solid",
      attempt(async () => {
        result = await call("POST", api("merge"), { ...content, based_on: basedOn, with: newest.number });
        dialog.close();
      }),
    );
    const copy = button(
      "Copy my text",
      "button-outline",
      attempt(async () => {
        const text = content.markdown ?? (await call("POST", `${API}/preview`, { ...content, convert: "markdown" })).markdown;
        await navigator.clipboard.writeText(text);
        say("Your text is copied.");
      }),
    );
    const theirs = button("Drop mine, open theirs", "button-outline button-danger", () => {
      if (theirs.dataset.sure === undefined) {
        theirs.dataset.sure = "";
        theirs.textContent = "Really drop my changes?";
        return;
      }
      result = "theirs";
      dialog.close();
    });
    const later = button("Go on writing", "button-outline", () => dialog.close());
    const dialog = element(
      "dialog",
      { class: "dialog dialog-wide", "aria-labelledby": "conflict-title" },
      element("h2", { id: "conflict-title", tabindex: "-1" }, `${who} saved this document in the meantime`),
      element("p", {}, `Revision ${newest.number}, `, time(newest.created_at), newest.note ? `: “${newest.note}”. ` : ". ", "Nothing was overwritten, and yours is not lost. See what differs and decide."),
      state,
      place,
      error,
      element("div", { class: "dialog-buttons" }, later, copy, theirs, merge),
    );
    open(dialog, () => resolve(result));
    document.getElementById("conflict-title").focus();
    attempt(async () => {
      const { rows } = await call("POST", api("compare"), { ...content, with: newest.number });
      state.textContent = counted(rows);
      place.append(diff(rows, `${who}: revision ${newest.number}`, "You: not saved yet"));
    })();
  });
}
