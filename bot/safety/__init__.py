"""Red-flag screening: recognises emergencies before anything else sees a message. No Flask, no Rasa."""

from __future__ import annotations

from bot.safety.aftermath import Afterwords, LastAlarm, Meaning
from bot.safety.categories import Category
from bot.safety.screen import RedFlag, RedFlagScreen

__all__ = ["Afterwords", "Category", "LastAlarm", "Meaning", "RedFlag", "RedFlagScreen"]
