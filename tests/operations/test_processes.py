"""The supervisor's configuration, and the secrets that set-up makes."""

from __future__ import annotations

import configparser
import shlex
import stat
import sys
from pathlib import Path

from bot.operations.processes import Program, control_socket, programs, supervisor_configuration
from bot.operations.secrets import make_secrets
from bot.settings import BotSettings


def settings(var: Path) -> BotSettings:
    return BotSettings(
        var=var, secret_key="s" * 32, internal_token="i" * 32, rasa_port=6005, actions_port=6055
    )


def test_patients_can_reach_the_web_process_only(tmp_path: Path) -> None:
    by_name = {each.name: each for each in programs(settings(tmp_path))}
    assert set(by_name) >= {"rasa", "actions", "web", "worker"}
    rasa = by_name["rasa"].command
    assert rasa[rasa.index("--interface") + 1] == "127.0.0.1"
    assert "--enable-api" not in rasa
    assert by_name["actions"].variables["SANIC_HOST"] == "127.0.0.1"


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
