"""The stored form of a session."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.session import FORMAT, Session, restore

STORED = """
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
    card=4,
    revision=2,
    card_is_last=True,
    last_tap="Ab_-1234:4:1:tick:0",
)

answers = st.dictionaries(
    st.text(), st.one_of(st.text(), st.floats(allow_nan=False), st.none(), st.lists(st.text()).map(tuple))
)


def test_a_session_of_the_first_format_still_loads() -> None:
    assert restore(json.loads(STORED)) == SESSION


def test_a_session_is_stored_with_its_format() -> None:
    assert json.loads(json.dumps(SESSION.store())) == json.loads(STORED)
    assert SESSION.store()["format"] == FORMAT


@given(answers, st.lists(st.text()).map(tuple), st.none() | st.text())
def test_storing_and_loading_changes_nothing(
    answers: dict[str, str | float | tuple[str, ...] | None], ticked: tuple[str, ...], at: str | None
) -> None:
    session = Session(run="r", survey="s", answers=answers, ticked=ticked, at=at)

    assert restore(json.loads(json.dumps(session.store()))) == session
