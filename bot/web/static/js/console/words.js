// What the console calls things.

export const QUEUE_NAMES = { waiting: "Waiting", mine: "Mine", bot: "Assistant", closed: "Ended" };

export const QUEUE_EMPTY = {
  waiting: ["Nobody is waiting.", "When a patient asks for a person, you see them here at once."],
  mine: ["You are not talking with anybody.", "Take somebody over from “Waiting”, and they appear here."],
  bot: ["The assistant is not talking with anybody.", "Conversations that it leads appear here while they go on."],
  closed: ["Nothing has ended yet.", "Conversations that are over appear here."],
};

export const REASONS = {
  asked: "Asked for a person",
  asked_in_words: "Asked for a person",
  abstained_twice: "The assistant had no answer twice",
  emergency: "Possible emergency",
  medical_advice: "Wants advice about their own health",
  returned: "A colleague lost the connection",
  transferred: "Passed on by a colleague",
};

export const EMERGENCIES = {
  self_harm: "Thoughts of self-harm",
  overdose: "Overdose or wrong dose",
  stroke_heart_breathing: "Stroke, heart or breathing",
  bleeding: "Bleeding",
  unconscious_other: "Unconscious, or in danger",
  infusion_reaction: "Reaction during or after an infusion",
  confusion: "Confusion after treatment",
  fever_after_cells: "Fever after cell treatment",
};

export function emergencyName(kind) {
  return EMERGENCIES[kind] ?? "Possible emergency";
}

export const STATUSES = {
  waiting: "Waiting for a person",
  bot: "With the assistant",
  advisor: "With an advisor",
  closed: "Ended",
};

export const WORK_KINDS = { callback: "Call back", enquiry: "Enquiry" };
export const WORK_STATES = { open: "Open", doing: "In progress", done: "Done", dropped: "Dropped" };

export const SHORTCUTS = [
  [["j", "k"], "Next or previous conversation in the list"],
  [["Enter"], "Open the chosen conversation"],
  [["n"], "Open the next person who waits"],
  [["t"], "Take the open conversation over"],
  [["r"], "Write a reply"],
  [["s"], "Suggested replies"],
  [["1", "2", "3", "4"], "Waiting, mine, assistant, ended"],
  [["/"], "Search"],
  [["Esc"], "Leave the text box, or go back to the list"],
  [["?"], "This list"],
];
