"""What the conversation log refuses, each with a sentence that can be shown to a person."""

from __future__ import annotations


class ConversationError(Exception):
    """Base of everything the log refuses."""


class ConversationNotFound(ConversationError):
    """No conversation has this id."""

    def __init__(self) -> None:
        super().__init__("There is no such conversation. Please start a new one.")


class ConversationClosed(ConversationError):
    """Nothing more can be said in a closed conversation."""

    def __init__(self) -> None:
        super().__init__("This conversation has ended. Please start a new one.")


class MessageNotFound(ConversationError):
    """No message that can be rated stands at this place."""

    def __init__(self) -> None:
        super().__init__("There is no reply at this place in the conversation.")


class OwnershipChanged(ConversationError):
    """Somebody else changed who owns the conversation in the meantime."""

    def __init__(self) -> None:
        super().__init__("Somebody else has changed this conversation. Please look at it again.")


class AlreadyTaken(ConversationError):
    """Another advisor is speaking with the patient; `by` is the name."""

    def __init__(self, by: str) -> None:
        super().__init__(f"{by} is already talking with this patient.")
        self.by = by


class NotYours(ConversationError):
    """Only the advisor who took a conversation over may do this."""

    def __init__(self) -> None:
        super().__init__("You are not the advisor of this conversation now. Take it over first.")
