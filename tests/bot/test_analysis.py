"""What is told of an analysis report: whose answers it is of, in messages that fit, and a page that can be sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import analysis
from bot.analysis import ALBUM, PAGE, Made, Source, told
from bot.clock import utc_now
from bot.conversation import layout
from bot.conversation.effects import Redraw, Say
from bot.store.jobs import ANALYSIS, RUNNING, Job
from bot.store.letters import Report, places
from tests.bot.house import address_of

JOB = Job(7, ANALYSIS, address_of(1), "en", RUNNING, None, utc_now(), None)
OWN = Source(("--data", "answers.csv"), 1204)


def made(folder: Path, *, summary: tuple[str, ...] = ("Found.",), pictures: int = 3) -> Made:
    page = folder / "report.html"
    page.write_bytes(b"<p>")
    album = [(folder / f"{place}.png", "What it shows") for place in range(pictures)]
    for picture, _ in album:
        picture.write_bytes(b"png")
    return Made(page, summary, album)


def about(source: Source, folder: Path) -> str:
    card = told(JOB, source, made(folder), 31)[0]
    assert isinstance(card, Redraw)
    assert card.card == JOB.card
    return card.text


def test_a_report_of_peoples_own_answers_says_how_many(tmp_path: Path) -> None:
    assert about(OWN, tmp_path) == "✅ The report on 1,204 labelled answers is ready, made in 31 s."


@pytest.mark.parametrize("invented", [True, False])
def test_a_report_of_the_models_rows_says_so_and_whether_they_are_invented(tmp_path: Path, invented: bool) -> None:
    words = about(Source(("--learnt-from", "v1"), 120, "3 more are needed.", invented), tmp_path)

    assert "about the 120 rows that the model in use learnt from" in words
    assert "3 more are needed." in words
    assert ("Those rows are invented" in words) is invented


def test_summary_album_and_page_follow_in_this_order(tmp_path: Path) -> None:
    _, summary, album, page = told(JOB, OWN, made(tmp_path), 31)

    assert summary == Say("What was found, and what not to conclude:\n\nFound.")
    assert isinstance(album, Report)
    assert (album.kind, album.detail["job"], places(album)) == (ALBUM, 7, 3)
    assert isinstance(page, Report)
    assert (page.kind, page.detail, places(page)) == (PAGE, {"job": 7}, 1)


def test_a_long_summary_is_spread_over_messages_between_its_paragraphs(tmp_path: Path) -> None:
    paragraphs = tuple(f"{number} " + "word " * 300 for number in range(6))
    messages = told(JOB, OWN, made(tmp_path, summary=paragraphs), 31)
    said = [message.text for message in messages if isinstance(message, Say)]

    assert len(said) == 3
    assert all(layout.length(text) <= layout.MESSAGE_LENGTH for text in said)
    assert "\n\n".join(said).split("\n\n")[1:] == list(paragraphs)


def test_without_pictures_there_is_no_album(tmp_path: Path) -> None:
    kinds = [message.kind for message in told(JOB, OWN, made(tmp_path, pictures=0), 31) if isinstance(message, Report)]

    assert kinds == [PAGE]


def test_a_page_that_is_too_large_to_be_sent_is_said_to_be_and_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis, "MOST_BYTES", 2)
    report = made(tmp_path)
    last = told(JOB, OWN, report, 31)[-1]

    assert isinstance(last, Say)
    assert "a bot may send 50 MB at most" in last.text
    assert set(report.files()) == {"0.png", "1.png", "2.png"}
