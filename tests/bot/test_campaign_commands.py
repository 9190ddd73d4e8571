"""Campaigns from the shell, as whoever prints the posters meets them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from bot.settings import REPOSITORY
from tests.bot.campaigns.reading import decoded, opened, rasterised_pdf, rasterised_svg

READERS: dict[str, Callable[[bytes], Image.Image]] = {"png": opened, "svg": rasterised_svg, "pdf": rasterised_pdf}


def run(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot campaign …` in a folder of its own."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "BOT_USERNAME": "market_bot", **settings}
    return subprocess.run(
        (sys.executable, "-m", "bot", "campaign", *arguments),
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("kind", READERS)
def test_a_new_campaign_is_printed_with_its_link_and_drawn_to_be_scanned(tmp_path: Path, kind: str) -> None:
    made = run(tmp_path, "create", "Market Day", "--qr", f"code.{kind}")

    assert made.returncode == 0, made.stderr
    assert "https://t.me/market_bot?start=market-day" in made.stdout
    assert "is ready" in made.stdout
    picture = READERS[kind]((tmp_path / f"code.{kind}").read_bytes())
    assert decoded(picture) == ["https://t.me/market_bot?start=market-day"]


def test_the_same_name_again_shows_the_same_campaign(tmp_path: Path) -> None:
    first = run(tmp_path, "create", "ផ្សារ")
    again = run(tmp_path, "create", " ផ្សារ ", BOT_USERNAME="")  # what the bot is called is known by now

    assert "is there already" in again.stdout
    assert first.stdout.splitlines()[1:] == again.stdout.splitlines()[1:]


def test_campaigns_are_listed_and_archived(tmp_path: Path) -> None:
    assert "There is no campaign yet" in run(tmp_path, "list").stdout
    run(tmp_path, "create", "Market Day")

    archived = run(tmp_path, "archive", "market day")
    listed = run(tmp_path, "list")

    assert "is archived" in archived.stdout
    assert "Market Day (archived)" in listed.stdout
    assert "https://t.me/market_bot?start=market-day" in listed.stdout


def test_a_campaign_may_have_a_language_of_its_own_and_get_another_one(tmp_path: Path) -> None:
    two_languages = {"SURVEY_DIR": str(REPOSITORY / "tests" / "surveys" / "coffee")}

    made = run(tmp_path, "create", "Market Day", "--language", "fr", **two_languages)
    again = run(tmp_path, "create", "Market Day", **two_languages)
    changed = run(tmp_path, "create", "Market Day", "--language", "en", **two_languages)

    assert made.returncode == 0, made.stderr
    assert "Language:   fr (" in made.stdout
    assert "Language:   fr (" in again.stdout
    assert "Language:   en (" in changed.stdout
    assert "  en  " in run(tmp_path, "list", **two_languages).stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("create", "x" * 300), "may have up to 64 characters; this one has 300"),
        (("create", " "), "A campaign needs a name"),
        (("create", "Market Day", "--qr", "code.gif"), "--qr: code.gif must end in .png or .svg"),
        (("create", "Market Day", "--qr", "nowhere/code.png"), "--qr: there is no folder nowhere"),
        (("create", "Tea", "--language", "fr"), "--language: 'fr' is no language of this survey; it speaks en"),
        (("archive", "nowhere"), 'There is no campaign "nowhere"'),
    ],
)
def test_what_cannot_be_is_said_in_a_line_and_nothing_is_stored(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    refused = run(tmp_path, *arguments)

    assert refused.returncode == 2
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "There is no campaign yet" in run(tmp_path, "list").stdout


def test_without_a_name_for_the_bot_the_setting_is_named(tmp_path: Path) -> None:
    refused = run(tmp_path, "create", "Market Day", BOT_USERNAME="")

    assert refused.returncode == 2
    assert "BOT_USERNAME: not set" in refused.stderr
