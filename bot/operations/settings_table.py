"""The README's table of settings, from the settings themselves: `python -m bot.operations.settings_table`."""

from __future__ import annotations

from bot.settings import BotSettings
from knowledge.environment import Variable, described
from knowledge.settings import KnowledgeSettings


def known() -> list[Variable]:
    """Every setting once, those of the web process first."""
    by_name = {each.name: each for each in [*described(BotSettings), *described(KnowledgeSettings)]}
    return list(by_name.values())


def row(setting: Variable) -> str:
    """One line of the table."""
    default = setting.shown or "none"
    return f"| `{setting.name}` | {setting.meaning} | {default} |"


def table() -> str:
    """The table in Markdown."""
    head = ["| setting | what it does | default |", "|---|---|---|"]
    return "\n".join([*head, *map(row, known())])


if __name__ == "__main__":
    print(table())
