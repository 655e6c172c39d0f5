"""What a person in danger is told: short, calm, the first step first.

In: the kind of emergency, the clinic's country (two letters, or "" for none), and how often the conversation
has been told about this kind. Out: a text in our Markdown subset; who has read the long one gets a short one, always
with the number. Emergency numbers and crisis lines are only those whose source the fact sheet marks as
verified (parts D2 and D3); elsewhere the text speaks of the local emergency number.
"""

from __future__ import annotations

from bot.safety.categories import Category

_EUROPEAN_UNION = frozenset(
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split()
)
_NUMBERS = {"GB": "999", "US": "911", "AU": "000", "NZ": "111", "IN": "112"}
_NAMES = {
    "UK": "GB",
    "UNITED KINGDOM": "GB",
    "GREAT BRITAIN": "GB",
    "USA": "US",
    "UNITED STATES": "US",
    "EU": "EU",
    "AUSTRALIA": "AU",
    "NEW ZEALAND": "NZ",
    "INDIA": "IN",
}
_CRISIS_LINES = {
    "US": "the 988 Suicide & Crisis Lifeline: call or text **988**, free, day and night.",
    "CA": "the Suicide Crisis Helpline: call or text **988**, day and night.",
    "GB": "Samaritans: call **116 123**, free, day and night.",
    "IE": "Samaritans: call **116 123**, free, day and night.",
    "AU": "Lifeline: call **13 11 14**.",
    "NZ": "1737 Need to talk?: call or text **1737**, free, day and night.",
    "IN": "Tele MANAS: call **14416**, free, day and night.",
    "FR": "the suicide prevention line: call **3114**, free, day and night.",
    "CH": "Die Dargebotene Hand: call **143**, or **0800 143 000** in English.",
}
_ANYWHERE_IN_A_LINE = (
    "**988** in the US and Canada, **116 123** in the UK and Ireland (Samaritans), "
    "**13 11 14** in Australia (Lifeline), **1737** in New Zealand, **14416** in India (Tele MANAS)."
)
_ANYWHERE = (
    "a crisis line:\n\n- US and Canada: **988**\n- UK and Ireland: **116 123** (Samaritans)\n- Australia: **13 11 14** "
    "(Lifeline)\n- New Zealand: **1737**\n- India: **14416** (Tele MANAS)"
)

_OPENINGS = {
    Category.STROKE_HEART_BREATHING: "This could be serious for the heart, the brain or the breathing.",
    Category.INFUSION_REACTION: "This could be a serious reaction, and it can get worse fast.",
    Category.BLEEDING: "Bleeding, or a knock on the head while taking blood thinners, can be serious.",
    Category.CONFUSION: "Sudden confusion, or being very hard to wake, can be a danger sign.",
    Category.FEVER_AFTER_CELLS: (
        "Fever or shaking chills can be a sign of a serious infection or reaction, and it can get worse fast."
    ),
    Category.OVERDOSE: "Too much medicine, or something poisonous, can be dangerous even before you feel it.",
    Category.UNCONSCIOUS_OTHER: "This sounds like an emergency.",
}
_STAFF_FIRST = (
    "**Tell the nurse or doctor beside you now, or press the bell. "
    "If nobody is there at once, please call {number} now.**"
)
_IF_STAFF_IS_NEAR = "**If nurses or doctors are near, tell them at once. If not, please call {number} now.**"
_LAST = {
    Category.OVERDOSE: "Have the packet in your hand, so that you can say what it was, how much, and when.",
    Category.FEVER_AFTER_CELLS: "Say how high the temperature is and when the last treatment was.",
}
_DEFAULT_LAST = "If someone is with you, ask them to stay and to make the call with you."
_NO_HELP_FROM_HERE = "I am an automated assistant and cannot send help, so please make the call first."


_AGAIN = (
    "This still sounds urgent. **If nobody has called yet, please call {number} now.**",
    "I am still worried about this. **If help is not on its way, please call {number} now.**",
)
_AGAIN_LAST = (
    "Say what has changed, and mention the cell therapy if there was one. I cannot send help from here, but I am here.",
    "Keep the phone near you and, if you can, have somebody with you. Mention the cell therapy if there was one.",
)
_AGAIN_SELF_HARM = (
    "Thank you for telling me more. I am glad that you are still here. "
    "**If you or someone else could be hurt, please call {number} now.**",
    "I hear how hard this is. You do not have to get through it alone. "
    "**If you or someone else could be hurt, please call {number} now.**",
)
_AGAIN_SELF_HARM_LAST = (
    "Whoever answers is used to talks like this one. If you have had cell therapy, tell them that too."
)


def reply_text(
    category: Category, country: str = "", said_before: int = 0, *, with_staff: bool = False
) -> str:
    """The instruction for an emergency of this kind; `said_before`: how often this conversation had one of it.

    `with_staff`: the person is in treatment, where those beside them are faster than any call.
    """
    code = _code(country)
    if said_before:
        return _again(category, code, said_before)
    if category is Category.SELF_HARM:
        return _self_harm(code)
    call = "**Please call {number} now.**"
    if with_staff:
        call = _STAFF_FIRST
    elif category is Category.INFUSION_REACTION:
        call = _IF_STAFF_IS_NEAR
    return "\n\n".join(
        [
            f"{_OPENINGS[category]} {call.format(number=emergency_number(code))}",
            "Tell them what is happening. If you or the person has had cell therapy, tell them that too. "
            + _LAST.get(category, _DEFAULT_LAST),
            _NO_HELP_FROM_HERE,
        ]
    )


def _again(category: Category, code: str, said_before: int) -> str:
    turn = (said_before - 1) % 2
    number = emergency_number(code)
    if category is Category.SELF_HARM:
        line = f"To talk to a person straight away, you can reach {_CRISIS_LINES.get(code, _ANYWHERE)}"
        return "\n\n".join([_AGAIN_SELF_HARM[turn].format(number=number), line, _AGAIN_SELF_HARM_LAST])
    return "\n\n".join([_AGAIN[turn].format(number=number), _AGAIN_LAST[turn]])


def crisis_line(country: str) -> str:
    """The crisis line of the country, or those that are known, in one line."""
    return _CRISIS_LINES.get(_code(country), _ANYWHERE_IN_A_LINE)


def emergency_number(country: str) -> str:
    """How the emergency number is named in a sentence."""
    known = known_emergency_number(country)
    return known or "your local emergency number (112 in the EU, 999 in the UK, 911 in the US)"


def known_emergency_number(country: str) -> str | None:
    """The emergency number of a country whose number was verified, else None."""
    code = _code(country)
    return "112" if code in _EUROPEAN_UNION or code == "EU" else _NUMBERS.get(code)


def _self_harm(code: str) -> str:
    line = _CRISIS_LINES.get(code, _ANYWHERE)
    return "\n\n".join(
        [
            "I am so sorry that it is this hard. You matter, and you do not have to carry this alone.",
            f"**If you or someone else could be hurt, please call {emergency_number(code)} now.**",
            f"To talk to a person straight away, you can reach {line}",
            "If you can, tell someone near you as well. If you have had cell therapy, tell the people who help you. "
            "I am an automated assistant and cannot send help.",
        ]
    )


def _code(country: str) -> str:
    name = country.strip().upper()
    return _NAMES.get(name, name)
