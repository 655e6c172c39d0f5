"""What somebody gives us to be called back on: an e-mail address or a phone number."""

from __future__ import annotations

import re
import unicodedata

LONGEST_EMAIL = 200
FEWEST_DIGITS, MOST_DIGITS = 6, 15

_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,24}")
_PHONE = re.compile(r"\+?[\d ().\-/]+(?:(?:ext\.?|x)\s?\d{1,6})?", re.IGNORECASE)


class NoContact(ValueError):
    """Neither an e-mail address nor a phone number; the sentence can be shown to the patient."""

    def __init__(self) -> None:
        super().__init__(
            "Please write an e-mail address (such as name@example.org) or a phone number with its area code."
        )


MOST_WAYS = 3


def checked(text: str) -> str:
    """The address or number with its spaces tidied up, or several with commas between them. Raises `NoContact`.

    Only the form is checked: whether somebody answers there shows when an advisor calls.
    """
    ways = text.split(",")
    if len(ways) > MOST_WAYS:
        raise NoContact
    return ", ".join(_checked(way) for way in ways)


def by_kind(ways: str) -> dict[str, str]:
    """Ways to answer, as `checked` gives them, by their kind: `email` or `phone`."""
    return {("email" if "@" in way else "phone"): way for way in ways.split(", ") if way}


def _checked(text: str) -> str:
    # Digits of other scripts and full-width letters become the ones that a telephone has.
    tidy = " ".join(unicodedata.normalize("NFKC", text).split())
    tidy = "".join(str(unicodedata.digit(each)) if each.isdigit() else each for each in tidy)
    if len(tidy) <= LONGEST_EMAIL and _EMAIL.fullmatch(tidy) and ".." not in tidy:
        return tidy
    number = re.split(r"ext|x", tidy, maxsplit=1, flags=re.IGNORECASE)[0]
    digits = sum(each.isdigit() for each in number)
    if _PHONE.fullmatch(tidy) and FEWEST_DIGITS <= digits <= MOST_DIGITS:
        return tidy
    raise NoContact
