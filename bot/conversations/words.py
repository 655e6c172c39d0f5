"""What the desk itself tells a patient: who joins, who leaves, what happens while nobody is there."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from bot.conversations.model import Reason

ASKED = (
    "I have let our advisors know that you would like to talk to a person. They will see this conversation, "
    "so you do not have to explain everything again. Until somebody joins, you can go on asking me."
)

WAITING = {
    Reason.ABSTAINED_TWICE: (
        "I could not answer twice in a row, and I do not want to leave you without help. I have asked one of "
        "our advisors to look at this conversation. You can go on asking me until somebody joins."
    ),
    Reason.EMERGENCY: (
        "I have also told our advisors. Please do not wait for them: do what is written above first."
    ),
}

NOBODY_ONLINE = (
    "None of our advisors is here at this moment. You can leave a phone number or an e-mail address, and one "
    "of us will get back to you. You also keep your place here."
)
NOBODY_CAME = (
    "I am sorry that you have to wait. If you like, leave a phone number or an e-mail address, and one of our "
    "advisors will get back to you. You also keep your place here."
)
OFFICE_CLOSED = (
    "Our advisors are not at work now. They are back {when}. You can leave a phone number or an e-mail "
    "address, and one of them will get back to you then."
)
STILL_NOTED = (
    "None of our advisors is here at this moment. They have what you left to be called back on, and one of them "
    "will get back to you. You also keep your place here."
)
"""Instead of asking once more for a way to call back."""
CALLBACK_NOTED = (
    "Thank you. I have passed this on to our advisors, and one of them will get back to you. You can go on "
    "asking me in the meantime."
)
RETURNED = (
    "{name} has lost the connection. I am sorry. I have put you first in line again, and another advisor will "
    "see what you wrote. You can go on asking me until then."
)
TRANSFERRED = "{name} has asked a colleague to take over. You are first in line."
JOINED = "{name}, one of our advisors, has joined. You are talking to a person now."
RELEASED = (
    "{name} has left. You are talking to the automated assistant again. You can ask for a person any time."
)
LEFT = "You are talking to the automated assistant again. You can ask for a person at any time."
CLOSED = "{name} has ended this conversation. Thank you for writing. You can start a new one at any time."
ENDED = "You have ended this conversation. You can start a new one at any time. All the best to you."


def opens(moment: int, zone: tzinfo) -> str:
    """When the office opens: "on Monday at 09:00 (Europe/Zurich)". In: milliseconds since 1970, UTC."""
    there = datetime.fromtimestamp(moment / 1000, UTC).astimezone(zone)
    return f"on {there:%A} at {there:%H:%M} ({zone})"
