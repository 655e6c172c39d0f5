"""The files of the operator's guide are sound, and the guide and the code agree with them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from knowledge.importing.limits import Limits

DOCS = Path(__file__).parents[2] / "docs"
FILES = DOCS / "deployment"


def test_the_guide_names_every_file() -> None:
    guide = (DOCS / "operating.md").read_text(encoding="utf-8")
    for file in FILES.iterdir():
        assert f"deployment/{file.name}" in guide, f"docs/operating.md does not speak of {file.name}"


def test_nginx_lets_through_what_editors_may_bring() -> None:
    (megabytes,) = re.findall(
        r"client_max_body_size (\d+)m;", (FILES / "nginx.conf").read_text(encoding="utf-8")
    )
    assert int(megabytes) * 1024 * 1024 > Limits().file_bytes


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze on this machine"
)
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "nkbot.service"
    unit.write_text((FILES / "nkbot.service").read_text(encoding="utf-8"), encoding="utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], check=False, capture_output=True, text=True
    )
    ours = [line for line in checked.stderr.splitlines() if "nkbot.service" in line]
    assert ours == []


def test_the_unit_starts_what_make_knows() -> None:
    (started,) = re.findall(
        r"^ExecStart=/usr/bin/make (\w+)$", (FILES / "nkbot.service").read_text(encoding="utf-8"), re.M
    )
    done = subprocess.run(["make", "-n", started], cwd=DOCS.parent, check=False, capture_output=True)
    assert done.returncode == 0
