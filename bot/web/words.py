"""Every sentence that the web process itself says to a patient."""

from __future__ import annotations

from bot.conversations.model import Reply
from bot.settings import BotSettings

SUGGESTED_QUESTIONS = (
    "What are NK cells?",
    "How are the cells made?",
    "What are the risks?",
    "What does it cost?",
)


def greeting(settings: BotSettings) -> Reply:
    """The first message of every conversation: says that a machine speaks, and what it is good for."""
    own = f"\n\n{settings.greeting}" if settings.greeting else ""
    return Reply(
        kind="smalltalk",
        text=(
            f"Hello. I am the automated assistant of {settings.clinic_name}. I answer questions about natural "
            "killer (NK) cell therapy and show you where each answer comes from.\n\n"
            "I am a computer program, not a doctor. I cannot judge your own health. You can ask for a "
            f"person at any time.{own}"
        ),
        quick_replies=settings.suggested_questions or SUGGESTED_QUESTIONS,
    )


CANNOT_ANSWER = Reply(
    kind="abstain",
    text=(
        "I am sorry, I cannot answer just now: something on our side is not working. Your message is kept. "
        "Please ask again in a minute, or tap “Talk to a person” and an advisor will see your question."
    ),
)

PROBLEMS = {
    "bad_request": "That request could not be read. Please try again.",
    "invalid_json": "The request must be JSON in UTF-8 with the documented fields.",
    "json_expected": "Please send JSON, with the header “Content-Type: application/json”.",
    "invalid_client_message_id": "“client_message_id” must be a UUID, a new one for each message.",
    "invalid_text": "“text” must be a string.",
    "empty_text": "Please write something before you send.",
    "text_too_long": "Your message is too long. Please keep it within {limit} characters.",
    "unreadable_text": "Your message has characters that cannot be stored. Please write it as plain text.",
    "invalid_field": "“{name}” must be a text.",
    "field_too_long": "“{name}” is too long. Please keep it within {limit} characters.",
    "field_missing": "Please fill in “{name}”.",
    "invalid_contact": (
        "Please write an e-mail address (such as name@example.org) or a phone number with its area code."
    ),
    "consent_needed": "We may only keep your details if you agree to it.",
    "invalid_score": "“score” must be a whole number from 1 to 5.",
    "not_yours": "You are not the advisor of this conversation now. Take it over first.",
    "already_taken": "{name} is already talking with this patient.",
    "ownership_changed": "Somebody else has changed this conversation. Please look at it again.",
    "invalid_helpful": "“helpful” must be true or false.",
    "invalid_after": "“after” must be a whole number, zero or greater.",
    "invalid_last_event_id": "“Last-Event-ID” must be a whole number, zero or greater.",
    "token_missing": "This conversation needs its token, in the header “Authorization: Bearer …”.",
    "token_wrong": "This token does not open this conversation.",
    "not_found": "There is nothing at this address.",
    "conversation_not_found": "There is no such conversation. Please start a new one.",
    "conversation_closed": "This conversation has ended. Please start a new one.",
    "message_not_found": "There is no reply at this place in the conversation.",
    "method_not_allowed": "This address does not take that kind of request.",
    "too_large": "That is too much at once. Please keep your message within 1,000 characters.",
    "too_many_requests": "That was a lot in a short time. Please wait a moment, then try again.",
    "not_signed_in": "Please sign in first.",
    "not_allowed": "Your account is not allowed to do this. An administrator can change that.",
    "password_change_needed": "Please choose your own password first.",
    "busy": "Many people are signing in just now. Please try again in a moment.",
    "csrf_wrong": "This page is out of date. Please reload it and try again.",
    "invalid_role": "A role is “advisor”, “editor” or “administrator”.",
    "invalid_switch": "“{name}” must be true or false.",
    "metrics_closed": "This address is for the operator: ask on the machine itself, or with the token.",
    "invalid_period": "“days” must be 7, 30 or 90.",
    "still_counting": "The figures are still being counted. Please try again in a moment.",
    "unavailable": "We cannot take your message just now. Please try again in a moment.",
    "server_error": "Something went wrong on our side. Please try again in a moment.",
}
"""The sentence for each error code of the API."""
