"""What the console's API says when it refuses something."""

from __future__ import annotations

PROBLEMS = {
    "conversation_gone": "This conversation does not exist any more.",
    "conversation_over": "This conversation has ended. Nobody can write in it any more.",
    "invalid_queue": "“queue” must be waiting, mine, bot or closed.",
    "invalid_before": "“before” must be what an earlier answer gave.",
    "invalid_search": "Please search for a word of 2 to 200 characters.",
    "invalid_ownership": "“ownership” must be the number that the conversation had when you saw it.",
    "invalid_colleague": "This colleague is not available now. Please choose somebody else, or the queue.",
    "invalid_citations": "“citations” must be a short list of “passage” and “quote”.",
    "source_gone": (
        "The source of this reply has been changed or withdrawn in the meantime. Remove it, or look for a "
        "suggestion again."
    ),
    "knowledge_not_ready": "The knowledge base cannot be searched just now. Please try again in a moment.",
    "invalid_note": "A note has 1 to 2,000 characters.",
    "invalid_available": "“available” must be true or false.",
    "invalid_canned_reply": "A saved reply needs a name of up to 80 characters and a text.",
    "canned_reply_not_found": "This saved reply does not exist any more.",
    "invalid_work_item": "“state” must be open, doing, done or dropped, and “owner” me or nobody.",
    "work_item_not_found": "This request does not exist any more.",
}
"""The sentence for each error code that only the console's API has."""
