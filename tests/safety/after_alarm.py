"""A message that follows an alarm, as tests write it."""

from __future__ import annotations

from bot.safety import Afterwords, Category, LastAlarm, Meaning, RedFlag
from bot.safety.aftermath import Afterword

BODY, DESPAIR = Category.STROKE_HEART_BREATHING, Category.SELF_HARM


def after(
    afterwords: Afterwords,
    text: str,
    category: Category = BODY,
    *,
    meaning: Meaning | None = None,
    since: int = 0,
    flag: RedFlag | None = None,
) -> Afterword | None:
    return afterwords.reply(text, LastAlarm(category, since, meaning), flag, "DE")
