"""What a clinic's site loads from us: the script, the style sheet and the frame, and for whom."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.settings import BotSettings
from tests.support.web_process import WebProcess

NAME = "the “Lake” Clinic</script>"
SITE = "https://www.clinic.example"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebProcess]:
    process = WebProcess(
        tmp_path_factory.mktemp("clinic"),
        "http://127.0.0.1:9",
        NKBOT_CLINIC_NAME=NAME,
        NKBOT_COLOR="#B5179E",
        NKBOT_SITES=f"{SITE.upper()}:443/ http://127.0.0.1:8080",
    ).start()
    yield process
    process.stop()


def test_the_script_may_be_loaded_from_anywhere_and_knows_the_clinic(clinic: WebProcess) -> None:
    answer = httpx.get(f"{clinic.url}/widget.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "max-age" in answer.headers["Cache-Control"]
    found = re.search(r"const settings = (\{.*\});\n", answer.text)
    assert found
    told = json.loads(found[1])
    assert told["title"] == f"Ask {NAME}"
    assert told["sites"] == [SITE, "http://127.0.0.1:8080"]
    assert told["light"]["accent"] == "#b5179e"
    assert len(answer.content) < 16_000, "the loader is on every page of the clinic: keep it small"


def test_the_line_under_the_box_names_the_country_s_emergency_number(tmp_path: Path) -> None:
    for country, number in (("US", "911"), ("DE", "112"), ("CH", "your local emergency number")):
        process = WebProcess(tmp_path / country, "http://127.0.0.1:9", NKBOT_COUNTRY=country).start()
        try:
            page = httpx.get(f"{process.url}/").text
        finally:
            process.stop()
        assert f"do not wait for an answer here: call {number}." in page


def test_the_sheet_has_the_clinic_s_colour(clinic: WebProcess) -> None:
    answer = httpx.get(f"{clinic.url}/theme.css")
    assert answer.headers["Content-Type"].startswith("text/css")
    assert "--accent: #b5179e" in answer.text


def test_the_frame_is_for_the_sites_on_the_list_and_the_page_for_nobody(clinic: WebProcess) -> None:
    frame, page = httpx.get(f"{clinic.url}/widget"), httpx.get(clinic.url)
    policy = frame.headers["Content-Security-Policy"]
    assert policy.endswith(f"frame-ancestors {SITE} http://127.0.0.1:8080")
    assert (
        page.headers["Content-Security-Policy"]
        == policy.partition("frame-ancestors")[0] + "frame-ancestors 'none'"
    )
    assert "X-Frame-Options" not in frame.headers
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "</script>" not in re.sub(r"<script[^>]*></script>", "", frame.text)


@pytest.mark.parametrize(
    "value",
    [
        "clinic.example",
        "https://clinic.example/path",
        "https://*.clinic.example",
        "https://user@clinic.example",
        "https://clinic.example;script-src",
        "https://clinic.example'none'",
        "javascript:alert(1)",
        "https://",
        "*",
    ],
)
def test_a_site_is_an_exact_origin_or_refused(value: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="NKBOT_SITES.*exact web addresses"):
        BotSettings.from_environment({"NKBOT_VAR": str(tmp_path), "NKBOT_SITES": value})
