"""Actions of the record in words, for the page that shows it."""

from __future__ import annotations

_WORDS = {
    "sign_in": "Signed in",
    "sign_in_failed": "Failed attempt to sign in",
    "sign_out": "Signed out",
    "signed_out_everywhere": "Ended all sessions",
    "password_changed": "Changed the password",
    "password_change_failed": "Failed attempt to change the password",
    "password_link_made": "Made a link for a new password",
    "invited": "Invited",
    "invitation_accepted": "Accepted an invitation",
    "invitation_withdrawn": "Withdrew an invitation",
    "account_created": "Account made",
    "account_disabled": "Disabled the account",
    "account_enabled": "Enabled the account",
    "role_changed": "Changed the role",
    "first_administrator": "First administrator made",
    "rescued": "New one-time password from the operator",
    "read": "Read a conversation",
    "take": "Took a conversation",
    "release": "Handed back to the assistant",
    "transfer": "Passed a conversation on",
    "close": "Ended a conversation",
    "alert_seen": "Marked an emergency as seen",
    "answer": "Answered a patient",
    "note": "Wrote a note",
    "search": "Searched the conversations",
    "suggestions": "Looked for suggested replies",
    "canned_reply_add": "Added a saved reply",
    "canned_reply_change": "Changed a saved reply",
    "canned_reply_delete": "Deleted a saved reply",
    "work_items": "Looked at the requests",
    "work_item_change": "Changed a request",
    "export_work_items": "Exported the requests",
    "export": "Exported a conversation",
    "erase": "Erased a conversation",
}


def in_words(action: str) -> str:
    """An action as a person would say it; an unknown one as it is written, with spaces."""
    return _WORDS.get(action) or action.replace("_", " ").capitalize()
