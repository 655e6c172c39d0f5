"""The supervisor's configuration, and the secrets that set-up makes."""

from __future__ import annotations

import configparser
import shlex
import stat
import sys
from dataclasses import replace
from pathlib import Path

from bot.operations.processes import Program, control_socket, environment, programs, supervisor_configuration
from bot.operations.secrets import make_secrets
from bot.settings import BotSettings


def settings(var: Path) -> BotSettings:
    return BotSettings(
        var=var, secret_keys=("s" * 32,), internal_tokens=("i" * 32,), rasa_port=6005, actions_port=6055
    )


def test_patients_can_reach_the_web_process_only(tmp_path: Path) -> None:
    by_name = {each.name: each for each in programs(settings(tmp_path))}
    assert set(by_name) >= {"rasa", "actions", "web", "worker"}
    rasa = by_name["rasa"].command
    assert rasa[rasa.index("--interface") + 1] == "127.0.0.1"
    assert "--enable-api" not in rasa
    assert by_name["actions"].variables["SANIC_HOST"] == "127.0.0.1"


def test_a_host_starts_the_parts_it_is_told_to_each_on_a_port_of_its_own(tmp_path: Path) -> None:
    told = {
        "parts": ("web", "rasa", "actions"),
        "web_processes": 2,
        "rasa_processes": 2,
        "actions_processes": 3,
    }
    wanted = replace(settings(tmp_path), rasa_url="", actions_url="", internal_host="10.0.0.5", **told)  # type: ignore[arg-type]
    by_name = {each.name: each for each in programs(wanted)}
    assert list(by_name) == ["rasa", "rasa-2", "actions", "actions-2", "actions-3", "web", "web-2"]
    for name, port in (("rasa", "6005"), ("rasa-2", "6006")):
        command = by_name[name].command
        assert command[command.index("--port") + 1] == port
        assert command[command.index("--interface") + 1] == "10.0.0.5"
    assert by_name["actions-3"].command[-1] == "6057"
    assert [by_name[name].variables["NKBOT_PORT"] for name in ("web", "web-2")] == ["8000", "8001"]
    assert wanted.rasa_urls == ("http://10.0.0.5:6005", "http://10.0.0.5:6006")
    assert len(wanted.actions_urls) == 3


def test_a_host_with_nothing_but_a_worker_starts_nothing_else(tmp_path: Path) -> None:
    assert [each.name for each in programs(replace(settings(tmp_path), parts=("worker",)))] == ["worker"]


def test_all_settings_reach_the_processes(tmp_path: Path) -> None:
    """As they are, so that a process that reads them anew comes to the same."""
    given = {
        "NKBOT_VAR": str(tmp_path),
        "NKBOT_SECRET_KEY": "s" * 32,
        "NKBOT_INTERNAL_TOKEN": "i" * 32,
        "NKBOT_PARTS": "worker, web",
        "NKBOT_WEB_PROCESSES": "3",
        "NKBOT_RASA_URL": "http://10.0.0.5:5005/  http://10.0.0.6:5005",
        "NKBOT_DATABASE_CONNECTIONS": "7",
    }
    first = BotSettings.from_environment(given)
    assert first.parts == ("web", "worker")
    assert first.rasa_urls == ("http://10.0.0.5:5005", "http://10.0.0.6:5005")
    assert BotSettings.from_environment({**given, **environment(first)}) == first


def test_no_secret_is_on_a_command_line_or_in_the_configuration(tmp_path: Path) -> None:
    text = supervisor_configuration(programs(settings(tmp_path)), tmp_path, tmp_path / "socket")
    assert "s" * 32 not in text
    assert "i" * 32 not in text


def test_odd_paths_survive_the_configuration(tmp_path: Path) -> None:
    odd = ["/opt/my clinic/100%/python", "it's", "--name=a b"]
    text = supervisor_configuration([Program("odd", odd, 1, {"A": "b c"})], tmp_path / "50%", Path("/run/s"))
    parser = configparser.RawConfigParser(strict=True)
    parser.read_string(text)
    command = shlex.split(parser["program:odd"]["command"].replace("%%", "%"))
    assert command[command.index("--") + 1 :] == odd
    assert "A=b c" in command
    assert parser["supervisord"]["logfile"].endswith("/50%%/log/supervisor.log")


def test_the_control_socket_fits_whatever_the_depth_of_the_folder(tmp_path: Path) -> None:
    assert control_socket(Path("/srv/nkbot")) == Path("/srv/nkbot/run/supervisor.sock")
    deep = control_socket(tmp_path / ("x" * 120))
    assert len(str(deep)) <= 107
    assert stat.S_IMODE(deep.parent.stat().st_mode) == 0o700
    deep.parent.rmdir()


def test_secrets_are_made_once_and_only_the_owner_may_read_them(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    made = {each.name: each.read_text() for each in (tmp_path / "secrets").iterdir()}
    assert set(made) == {"secret_key", "internal_token"}
    assert len(set(made.values())) == 2
    for name, text in made.items():
        assert len(text.strip()) >= 32
        path = tmp_path / "secrets" / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        path.chmod(0o644)
    make_secrets(tmp_path)
    for name, text in made.items():
        path = tmp_path / "secrets" / name
        assert path.read_text() == text
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    read = BotSettings.from_environment({"NKBOT_VAR": str(tmp_path)})
    assert read.internal_token == made["internal_token"].strip()


def test_launching_sets_variables_and_passes_arguments_untouched(tmp_path: Path) -> None:
    import subprocess

    launch = Path(__file__).resolve().parents[2] / "bot" / "operations" / "launch.py"
    code = "import os, sys; print(os.environ['WHO'], sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-I", "-S", launch, "WHO=a=b c", "--", sys.executable, "-c", code, "--", "x y"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "a=b c ['--', 'x y']"
