// The conversation as a text file, made in the browser from what is on the page.

const RULE = "-".repeat(60);

/** The text of the file. `messages` are of the patient API, `nameOf(message)` says who wrote one. */
export function transcript(title, messages, nameOf) {
  const head = [title, `Saved on ${new Date().toLocaleString([], { dateStyle: "long", timeStyle: "short" })}`];
  const warning = "The automated assistant gives general information. It is not medical advice.";
  return [...head, warning, "", ...messages.flatMap((message) => [RULE, ...lines(message, nameOf)]), RULE, ""].join("\r\n");
}

function lines(message, nameOf) {
  const when = new Date(message.created_at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  const told = [`${nameOf(message)}, ${when}`, "", ...plain(message.text).split("\n")];
  for (const citation of message.citations) {
    told.push("", `Source: ${citation.title} (${citation.source})`, `“${citation.quote}”`);
    if (citation.url) told.push(citation.url);
    told.push(citation.reviewed_on ? `Reviewed on ${citation.reviewed_on}` : "Clinical review pending");
  }
  return told;
}

/** Without the marks of the small Markdown subset. */
function plain(text) {
  return text.replace(/\*\*(?=\S)(.+?)(?<=\S)\*\*/g, "$1").replace(/\\([\\`*_{}[\]()#+\-.!|<>~])/g, "$1");
}

export function save(name, text) {
  const address = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
