"""The README's table of settings is complete and says what the code does."""

from __future__ import annotations

import re

from bot.operations.checkout import CHECKOUT
from bot.operations.settings_table import known, row

README = CHECKOUT / "README.md"
NAME = re.compile(r"NKBOT_[A-Z_]*[A-Z]")


def test_the_table_says_what_the_code_does() -> None:
    text = README.read_text(encoding="utf-8")
    missing = [row(each) for each in known() if row(each) not in text]
    assert missing == [], "renew the table with `python -m bot.operations.settings_table`"


def test_no_part_reads_a_setting_that_is_not_in_the_table() -> None:
    read: dict[str, set[str]] = {}
    files = [
        *CHECKOUT.glob("*.yml"),
        *(path for top in ("bot", "knowledge", "actions") for path in (CHECKOUT / top).rglob("*.py")),
    ]
    for path in files:
        for name in NAME.findall(path.read_text(encoding="utf-8")):
            read.setdefault(name, set()).add(path.name)
    unknown = {
        name: sorted(where) for name, where in read.items() if name not in {each.name for each in known()}
    }
    assert unknown == {}


def test_the_readme_names_no_setting_that_does_not_exist() -> None:
    assert set(NAME.findall(README.read_text(encoding="utf-8"))) - {each.name for each in known()} == set()
