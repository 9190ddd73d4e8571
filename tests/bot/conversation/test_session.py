"""The stored form of a session."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.session import FORMAT, DamagedSessionError, Session, restore

OF_FORMAT_1 = """
{"format": 1, "run": "Ab_-1234", "survey": "coffee", "phase": "asking",
 "answers": {"Often": "Daily", "Cups": 2.5, "With": ["With_Book"], "Roast": null},
 "ticked": ["With_Sugar"], "at": "With", "stated": null, "campaign": "market-day", "language": "en",
 "consented_at": "2026-03-01T09:30:00+00:00", "card": 4, "revision": 2, "card_is_last": true,
 "aside": null, "last_tap": "Ab_-1234:4:1:tick:0"}
"""
SESSION = Session(
    run="Ab_-1234",
    survey="coffee",
    phase="asking",
    answers={"Often": "Daily", "Cups": 2.5, "With": ("With_Book",), "Roast": None},
    ticked=("With_Sugar",),
    at="With",
    campaign="market-day",
    consented_at="2026-03-01T09:30:00+00:00",
    refused=(),
    card=4,
    revision=2,
    card_is_last=True,
    last_tap="Ab_-1234:4:1:tick:0",
)

OF_FORMAT_2 = """
{"format": 2, "run": "Ab_-1234", "survey": "coffee", "phase": "asking",
 "answers": {"Often": "Daily", "Cups": 2.5, "With": ["With_Book"], "Roast": null},
 "given": {"Often": ["Every day"], "With": [["With_Book", "With_Cat"]]}, "definition": "0123456789abcdef",
 "ticked": ["With_Sugar"], "at": "With", "stated": null, "campaign": "market-day", "language": "en",
 "consented_at": "2026-03-01T09:30:00+00:00", "card": 4, "revision": 2, "asked": "With",
 "offer": "fedcba9876543210", "card_is_last": true, "aside": null, "last_tap": "Ab_-1234:4:1:tick:0"}
"""
OF_FORMAT_3 = """
{"format": 3, "run": "Ab_-1234", "survey": "coffee", "phase": "asking",
 "answers": {"Often": "Daily", "Cups": 2.5, "With": ["With_Book"], "Roast": null},
 "given": {"Often": ["Every day"], "With": [["With_Book", "With_Cat"]]}, "definition": "0123456789abcdef",
 "ticked": ["With_Sugar"], "at": "With", "stated": null, "campaign": "market-day", "language": "en",
 "consented_at": "2026-03-01T09:30:00+00:00", "shared": true, "refused": ["training"],
 "language_chosen": true, "card": 4, "revision": 2, "asked": "With", "offer": "fedcba9876543210",
 "card_is_last": true, "aside": "reminded", "last_tap": "Ab_-1234:4:1:tick:0",
 "reminded_at": "2026-03-02T09:30:00+00:00", "no_reminders": true,
 "doubts": [["tick:1", "back:"], ["tick:2"]], "review": "", "misses": 1}
"""
CARRIED = replace(
    SESSION,
    given={"Often": ("Every day",), "With": (("With_Book", "With_Cat"),)},
    definition="0123456789abcdef",
    asked="With",
    offer="fedcba9876543210",
)
NOTED = replace(
    CARRIED,
    shared=True,
    refused=("training",),
    language_chosen=True,
    aside="reminded",
    reminded_at="2026-03-02T09:30:00+00:00",
    no_reminders=True,
    doubts=(("tick:1", "back:"), ("tick:2",)),
    review="",
    misses=1,
)

answers = st.dictionaries(
    st.text(), st.one_of(st.text(), st.floats(allow_nan=False), st.none(), st.lists(st.text()).map(tuple))
)


def test_a_session_of_the_first_format_still_loads() -> None:
    assert restore(json.loads(OF_FORMAT_1)) == SESSION


def test_a_session_of_the_second_format_still_loads() -> None:
    assert restore(json.loads(OF_FORMAT_2)) == CARRIED


def test_a_session_of_the_third_format_still_loads() -> None:
    assert restore(json.loads(OF_FORMAT_3)) == NOTED


@pytest.mark.parametrize(("phase", "refused"), [("consent", None), ("cancelled", ()), ("finished", ())])
def test_who_agreed_before_uses_were_told_apart_agreed_to_all(phase: str, refused: tuple[str, ...] | None) -> None:
    before = {**json.loads(OF_FORMAT_2), "phase": phase, "consented_at": None}

    assert restore(before).refused == refused


def test_what_was_withdrawn_since_an_older_backup_stays_so_in_its_sessions() -> None:
    assert restore({**json.loads(OF_FORMAT_2), "refused": ["training"]}).refused == ("training",)


def test_a_session_is_stored_with_its_format() -> None:
    assert json.loads(json.dumps(NOTED.store())) == json.loads(OF_FORMAT_3)
    assert NOTED.store()["format"] == FORMAT


@given(answers, st.lists(st.text()).map(tuple), st.none() | st.text())
def test_storing_and_loading_changes_nothing(
    answers: dict[str, str | float | tuple[str, ...] | None], ticked: tuple[str, ...], at: str | None
) -> None:
    session = Session(run="r", survey="s", answers=answers, ticked=ticked, at=at)

    assert restore(json.loads(json.dumps(session.store()))) == session


@pytest.mark.parametrize("name", CARRIED.store())
def test_a_session_that_lacks_something_is_refused_by_name(name: str) -> None:
    data = CARRIED.store()
    del data[name]

    with pytest.raises(DamagedSessionError, match=f'"{name}"' if name != "format" else "no format"):
        restore(json.loads(json.dumps(data)))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", "2"),
        ("format", 0),
        ("format", True),
        ("run", "no run: with a colon"),
        ("phase", "dreaming"),
        ("answers", ["Daily"]),
        ("answers", {"Often": {"Daily": 1}}),
        ("answers", {"Often": True}),
        ("given", {"Often": "Daily"}),
        ("given", {"Often": []}),
        ("ticked", None),
        ("ticked", [1]),
        ("card", -1),
        ("card", 1.5),
        ("card", 10**8),
        ("revision", None),
        ("card_is_last", 1),
        ("shared", None),
        ("aside", "elsewhere"),
        ("refused", ["result"]),
        ("reminded_at", 3),
        ("no_reminders", "perhaps"),
        ("language_chosen", None),
        ("language", None),
        ("doubts", ["tick:1"]),
        ("doubts", [[]]),
        ("review", 1),
        ("misses", -1),
    ],
)
def test_a_session_that_makes_no_sense_is_refused_without_quoting_it(name: str, value: Any) -> None:
    damaged = json.loads(json.dumps({**CARRIED.store(), name: value}))

    with pytest.raises(DamagedSessionError) as refused:
        restore(damaged)

    assert name in str(refused.value)
    assert str(value) not in str(refused.value) or value in (0, 1, -1)


def test_a_session_of_a_newer_release_is_refused() -> None:
    with pytest.raises(DamagedSessionError, match=f"format {FORMAT + 1}; this release reads up to {FORMAT}"):
        restore({**CARRIED.store(), "format": FORMAT + 1})


@pytest.mark.parametrize("data", [None, [], "text", 3, {}])
def test_what_is_no_session_at_all_is_refused(data: Any) -> None:
    with pytest.raises(DamagedSessionError):
        restore(data)
