"""Settings: what an operator sets is what the parts get, and a mistake is answered with a sentence."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from actions.settings import ActionSettings
from bot.operations.processes import environment
from bot.settings import BotSettings, secret_file
from knowledge.environment import described
from knowledge.settings import CHECKOUT, KnowledgeSettings

SECRETS = {"NKBOT_SECRET_KEY": "k" * 32, "NKBOT_INTERNAL_TOKEN": "t" * 32}


def test_defaults_keep_everything_in_the_state_folder_of_the_checkout() -> None:
    knowledge = KnowledgeSettings.from_environment({})
    assert knowledge.var == CHECKOUT / "var"
    assert knowledge.database_url == f"sqlite:///{CHECKOUT}/var/knowledge.sqlite3"
    assert knowledge.model_dir == CHECKOUT / "var" / "encoder"
    assert knowledge.snapshots_dir == CHECKOUT / "var" / "snapshots"
    assert knowledge.reviewed_only is False
    bot = BotSettings.from_environment(SECRETS)
    assert (bot.host, bot.port, bot.limits) == ("127.0.0.1", 8000, True)
    assert bot.rasa_url == "http://127.0.0.1:5005"
    assert bot.actions_url == "http://127.0.0.1:5055"
    assert bot.database_url == f"sqlite:///{CHECKOUT}/var/conversations.sqlite3"


def test_one_state_folder_moves_everything(tmp_path: Path) -> None:
    environment = {"NKBOT_VAR": str(tmp_path), **SECRETS}
    assert KnowledgeSettings.from_environment(environment).model_dir == tmp_path / "encoder"
    assert BotSettings.from_environment(environment).database_url.endswith(
        f"{tmp_path}/conversations.sqlite3"
    )


def test_ports_are_used_in_the_addresses_of_the_parts() -> None:
    bot = BotSettings.from_environment({"NKBOT_RASA_PORT": "6005", "NKBOT_ACTIONS_PORT": "6055", **SECRETS})
    assert (bot.rasa_url, bot.actions_url) == ("http://127.0.0.1:6005", "http://127.0.0.1:6055")


@pytest.mark.parametrize("given", ["postgresql://u:p@db/nk", "postgres://u:p@db/nk"])
def test_postgresql_uses_the_driver_that_is_installed(given: str) -> None:
    environment = {"NKBOT_DATABASE_URL": given, **SECRETS}
    expected = "postgresql+psycopg://u:p@db/nk"
    assert KnowledgeSettings.from_environment(environment).database_url == expected
    assert BotSettings.from_environment(environment).database_url == expected


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("NKBOT_PORT", "http", "a whole number from 1 to 65535"),
        ("NKBOT_PORT", "0", "a whole number from 1 to 65535"),
        ("NKBOT_PORT", "65536", "a whole number from 1 to 65535"),
        ("NKBOT_LIMITS", "maybe", "on or off"),
        ("NKBOT_COUNTRY", "Germany", "two letters"),
        ("NKBOT_LOG_LEVEL", "loud", "DEBUG, INFO, WARNING, ERROR"),
        ("NKBOT_DATABASE_URL", "mysql://db/nk", "sqlite:/// or postgresql://"),
        ("NKBOT_RASA_URL", "rasa:5005", "http://"),
        ("NKBOT_ACTIONS_URL", "http://one:5055 two:5055", "http://"),
        ("NKBOT_PARTS", "web database", "web, rasa, actions, worker"),
        ("NKBOT_RASA_PROCESSES", "0", "a whole number from 1 to 16"),
        ("NKBOT_DATABASE_CONNECTIONS", "1", "a whole number from 2 to 500"),
    ],
)
def test_a_wrong_value_is_named_with_what_it_may_be(name: str, value: str, part: str) -> None:
    with pytest.raises(ValueError) as caught:
        BotSettings.from_environment({**SECRETS, name: value})
    assert name in str(caught.value)
    assert part in str(caught.value)
    assert value in str(caught.value)


def test_switches_take_the_usual_words() -> None:
    for word, expected in [("off", False), ("OFF", False), ("0", False), ("on", True), ("Yes", True)]:
        assert BotSettings.from_environment({"NKBOT_LIMITS": word, **SECRETS}).limits is expected


def test_an_empty_variable_means_the_default() -> None:
    assert BotSettings.from_environment({"NKBOT_PORT": " ", **SECRETS}).port == 8000


def test_secrets_come_from_the_files_that_set_up_made(tmp_path: Path) -> None:
    for name in ("secret_key", "internal_token"):
        path = secret_file(tmp_path, name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{name}-of-sufficient-length\n")
    bot = BotSettings.from_environment({"NKBOT_VAR": str(tmp_path)})
    assert bot.secret_keys == ("secret_key-of-sufficient-length",)
    assert bot.internal_token == "internal_token-of-sufficient-length"
    assert BotSettings.from_environment({"NKBOT_VAR": str(tmp_path), **SECRETS}).secret_keys == ("k" * 32,)


def test_a_missing_secret_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="make run"):
        BotSettings.from_environment({"NKBOT_VAR": str(tmp_path)})


def test_secrets_are_not_shown_by_mistake() -> None:
    assert "k" * 8 not in repr(BotSettings.from_environment(SECRETS))
    with pytest.raises(ValueError) as caught:
        BotSettings.from_environment({**SECRETS, "NKBOT_SECRET_KEY": "shortsecret"})
    assert "at least 16" in str(caught.value)
    assert "shortsecret" not in str(caught.value)


def test_redis_password_is_not_shown_by_mistake() -> None:
    bot = BotSettings.from_environment({**SECRETS, "NKBOT_REDIS_URL": "redis://:hidden@redis.internal/0"})
    assert "hidden" not in repr(bot)
    with pytest.raises(ValueError, match="NKBOT_REDIS_URL must be a Redis address") as caught:
        BotSettings.from_environment({**SECRETS, "NKBOT_REDIS_URL": "http://:hidden@redis.internal"})
    assert "hidden" not in str(caught.value)


def test_every_setting_says_what_it_is_for() -> None:
    for each in [*described(KnowledgeSettings), *described(BotSettings)]:
        assert each.name.startswith("NKBOT_")
        assert each.meaning.endswith("."), each.name
        assert each.shown or each.name in ("NKBOT_COUNTRY",), each.name


def test_no_secret_has_a_default() -> None:
    secret = [
        each
        for each in [*fields(BotSettings), *fields(ActionSettings)]
        if each.metadata["environment variable"].secret
    ]
    assert {each.name for each in secret} >= {"secret_keys", "internal_tokens", "admin_password"}
    assert all(not each.default for each in secret)


def test_a_secret_may_be_several_while_it_is_changed(tmp_path: Path) -> None:
    new, old = "n" * 32, "o" * 32
    changing = {**SECRETS, "NKBOT_INTERNAL_TOKEN": f"{new}, {old}", "NKBOT_SECRET_KEY": f"{new},{old}"}
    bot = BotSettings.from_environment(changing)
    assert bot.internal_tokens == bot.secret_keys == (new, old)
    assert bot.internal_token == new
    assert environment(bot)["NKBOT_INTERNAL_TOKEN"] == f"{new},{old}", "every process accepts both"
    assert environment(bot)["INTERNAL_TOKEN_SENT"] == new, "and Rasa sends one"
    assert ActionSettings.from_environment(changing).internal_tokens == (new, old)
    for name in ("secret_key", "internal_token"):
        path = secret_file(tmp_path, name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{new}\n{old}\n")
    in_files = {"NKBOT_VAR": str(tmp_path)}
    assert BotSettings.from_environment(in_files).secret_keys == (new, old)
    assert ActionSettings.from_environment(in_files).internal_tokens == (new, old)


@pytest.mark.parametrize("value", ["short", f"{'n' * 32},short", ",", f"short,{'n' * 32}"])
def test_each_of_several_secrets_is_long_enough(tmp_path: Path, value: str) -> None:
    with pytest.raises(ValueError, match="at least 16"):
        BotSettings.from_environment({**SECRETS, "NKBOT_INTERNAL_TOKEN": value})
    path = secret_file(tmp_path, "internal_token")
    path.parent.mkdir()
    path.write_text(value)
    for settings in (BotSettings, ActionSettings):
        with pytest.raises(ValueError, match=f"{path}.*at least 16"):
            settings.from_environment({"NKBOT_VAR": str(tmp_path), "NKBOT_SECRET_KEY": "k" * 32})
