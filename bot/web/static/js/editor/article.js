// What the form works with: plain objects exactly as the server writes and reads them.

export function blankSection(level = 1) {
  return { level, heading: "", text: "", questions: [], evidence: "established", sources: [], facts: [], reply: "answer" };
}

export function blankArticle() {
  return {
    slug: "",
    title: "",
    language: "en",
    reviewer: "",
    reviewed_on: "",
    sources: [],
    sections: [blankSection()],
    dropped: [],
  };
}

/** A key that no source has yet; nobody has to see it. */
export function freeKey(sources) {
  const taken = new Set(sources.map((source) => source.key));
  let number = sources.length + 1;
  while (taken.has(`source-${number}`)) number += 1;
  return `source-${number}`;
}

/** Small letters, digits and hyphens from a title. */
export function slugOf(title) {
  const plain = title.normalize("NFKD").replace(/[^\x00-\x7f]/g, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 80).replace(/-+$/, "");
}

export function words(text) {
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

export const EVIDENCE = {
  established: ["Established", "Textbook knowledge, or what a regulator or hospital says itself."],
  early: ["Early research", "Laboratory, animal or small human studies."],
  claim: ["A claim", "What a clinic or company says of itself. The assistant says who claims it."],
};

export const REPLIES = {
  answer: "An answer",
  cost: "An answer about money",
  abstain: "Says that the sources do not tell; offers a person",
  handoff: "About reaching a person",
  smalltalk: "About the assistant itself",
};
