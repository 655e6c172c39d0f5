"""What somebody reads who writes after an alarm: short and warm, with the number where calling is still right.

In: the clinic's country (two letters, or "" for none) and what is known of the moment. Out: texts in our
Markdown subset. They judge nothing: where something could still be wrong they say whom to tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.safety.replies import crisis_line, emergency_number

if TYPE_CHECKING:
    from bot.safety.aftermath import Meaning

MISREAD = "I am sorry: I misread your message."
_ASK_AGAIN = "What would you like to know, or tell me?"
_STILL_THERE = "Should it ever get that hard, the numbers above are there for you."

SHAKEN = (
    "I am glad to hear that. You got help, and that was right. It makes sense that you are shaken, and you do not have "
    "to carry this alone: talk to somebody close to you, or tell me if you would like to talk to a person from here. "
    "If anything changes, tell the doctors at once."
)
STILL_HELPED = (
    "Thank you for telling me. It is good that there are people who look after this now. This has been a lot to bear. "
    "If you would like to talk to a person from here, just say so."
)

_FIXED = {
    "here": (
        "I am glad that help is there now. You did the right thing. Tell the people who are with you about the cell "
        "treatment, what it was and when, if they do not know yet. If anything changes, tell them at once. How it goes "
        "on, only they can say."
    ),
    "better": (
        "I am so glad to hear that. It should still be looked at, also when it is better: please tell the treating "
        "team today what happened. **If it comes back or anything new appears, call {number} at once.**"
    ),
    "coming": (
        "Good that you called. **Stay together, so that nobody is alone, and keep the phone at your ear or near you:** "
        "the people on the emergency line can say what to do until help is there.\n\n"
        "Tell the crew about the cell treatment and any other treatment, what it was and when. They can ask the "
        "treating team. **If it gets worse, call {number} again at once.** Everything else can wait; I am here."
    ),
    "how": (
        "I cannot see what is happening, so I must not guess. **The people on the emergency line can tell you exactly "
        "that: stay on the line, or call {number} now and ask.** Stay close by until help is there, and call again at "
        "once if it gets worse. Tell them about the cell treatment, what it was and when."
    ),
    "no_answer": (
        "Do not wait for anybody who does not pick up. **Please call {number} now.** If that line is busy, keep "
        "trying, and ask somebody near you to call as well or to take you to the nearest emergency department."
    ),
    "cannot_call": (
        "Then please get somebody to call **{number}** for you, now: whoever is near, a neighbour, somebody in the "
        "street. If you can only write, write to people who can call and who know where you are. Where it is faster, "
        "have somebody take you to the nearest emergency department. If it is the language: say where you are, and "
        "“ambulance”; few words are enough. I am a program and cannot call for you."
    ),
}


def fixed(meaning: Meaning, country: str) -> str:
    """The text of a meaning that has one only."""
    return _FIXED[meaning.value].format(number=emergency_number(country))


def denied(*, despair: bool, asks: bool) -> str:
    """The apology for a false alarm; `asks`: an answer to the rest follows."""
    parts = [MISREAD, "Something in it sounded to me like an emergency. I am glad that it is not one."]
    if despair:
        parts.append(_STILL_THERE)
    if not asks:
        parts.append(_ASK_AGAIN)
    return " ".join(parts)


def no_harm_meant() -> str:
    """To words of despair that are taken back by a promise: they may have been read rightly, and are not denied."""
    return (
        "Thank you for telling me. I am glad, and I would rather ask once too often. "
        f"{_STILL_THERE} You can go on writing to me, as much as you like."
    )


def why(country: str, *, despair: bool) -> str:
    """To somebody who asks what the alarm was for."""
    reason = "Something in your message sounded to me as if somebody could be in danger, and then that comes first."
    if despair:
        return f"{reason} If I misread you, I am sorry. If not, the numbers above are there for you."
    return f"{reason} If I misread you, I am sorry. If it is happening now, please call {emergency_number(country)}."


def fine(country: str, *, despair: bool) -> str:
    """To somebody who says that all is well: glad, and the way stays open."""
    glad = "I am glad to hear that, and sorry if I worried you for nothing."
    if despair:
        return f"{glad} {_STILL_THERE}"
    return (
        f"{glad} If what I asked you to call about is there after all, please do call {emergency_number(country)}: "
        "better once too often."
    )


def do_it_now(country: str, *, with_staff: bool) -> str:
    """A clear yes to somebody who wonders whether to tell or to call."""
    number = emergency_number(country)
    if with_staff:
        return (
            "Yes, at once. **Tell the nurse or doctor beside you now, or press the bell.** They want to know, however "
            f"small it seems. If nobody comes straight away, please call {number}."
        )
    return (
        f"Yes. **Please call {number} now,** and do not put it off until later. Call even if the person does not want "
        "it or you are not sure: the people on the line help you to decide. Better once too often than too late."
    )


def company(country: str, *, again: bool) -> str:
    """To somebody in despair who stays: warm, one line with the crisis number, honest about who is there."""
    opening = (
        "I am still here, and I am glad that you are too."
        if again
        else "I am glad that you are writing, and I want you not to be alone with this."
    )
    return (
        f"{opening} I have told our advisors, but I cannot promise that one of them is there now, and nobody "
        f"from here can come to you.\n\n**Somebody who listens right now:** {crisis_line(country)} If you could be "
        f"hurt, please call {emergency_number(country)}.\n\nIs there somebody near you whom you could ring or go to, "
        "or ask to stay with you?"
    )


def unclear(country: str, *, despair: bool) -> str:
    """To a message after an alarm that nobody here understood, whatever it was: danger, misunderstanding or thanks."""
    number = emergency_number(country)
    if despair:
        return (
            "I am not sure that I understood you, but I am glad that you are writing. **Somebody who listens right "
            f"now:** {crisis_line(country)} If you could be hurt, please call {number}.\n\nIf I misread you before, I "
            "am sorry. Just tell me, or ask me what you would like to know."
        )
    return (
        "I am not sure that I understood you, and I do not want to miss anything. **If somebody could still be in "
        f"danger, please call {number} now,** or ask somebody near you to call.\n\nIf help is there already, or if I "
        "misread you, that is good: just tell me, or ask me what you would like to know."
    )


def near_help(country: str) -> str:
    """To a message that names helpers, without a clear word that they are there."""
    return (
        "Tell the people who are with you, or who are on the emergency line, what is happening now: they can see or "
        "ask what I cannot. Mention the cell treatment. **If nobody is with you and nobody is on the way, please call "
        f"{emergency_number(country)} now.**"
    )


def call_again(country: str) -> str:
    """To new words of danger while help is on its way."""
    return (
        f"Good that help is coming. **If this is new or worse, please call {emergency_number(country)} again now:** "
        "the people on the line tell you what to do until the crew is there. Mention the cell treatment. Please do not "
        "leave the person alone."
    )


def while_helped(country: str) -> str:
    """To new words of danger while doctors are there."""
    return (
        "If this is happening now, tell the people who are with you at once: they can see what I cannot. If nobody is "
        f"with you any more, please call {emergency_number(country)} now."
    )
