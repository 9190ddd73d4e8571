"""Callback data: rendered, parsed and matched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.callbacks import MAX_BYTES, Action, Callback
from bot.conversation.session import Session

SESSION = Session(run="Ab_-1234", survey="coffee", card=12, revision=3)


def test_a_button_names_run_card_revision_and_what_it_asks_for() -> None:
    assert Callback.on_card(SESSION, Action.TICK, 5).render() == "Ab_-1234:12:3:tick:5"
    assert Callback.on_result("Ab_-1234", Action.DETAILS).render() == "Ab_-1234:0:0:details:"


def test_a_long_name_of_a_run_is_carried_by_its_beginning() -> None:
    assert Callback.on_result("f" * 32, Action.WHAT_IF).render() == "ffffffff:0:0:what_if:"


def test_what_is_tried_out_says_of_which_definition_it_speaks() -> None:
    assert Callback.on_result("Ab_-1234", Action.TRY, "d0e-2.5", 417).render() == "Ab_-1234:0:417:try:d0e-2.5"


def test_a_tap_matches_the_open_card_of_its_own_run_whatever_its_revision() -> None:
    tap = Callback.on_card(SESSION, Action.BACK)

    assert tap.is_on(SESSION)
    assert Callback(tap.run, 12, 1, Action.BACK).is_on(SESSION)
    assert not Callback(tap.run, 11, 3, Action.BACK).is_on(SESSION)
    assert not Callback("other", 12, 3, Action.BACK).is_on(SESSION)


@given(
    run=st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True),
    card=st.integers(0, 999_999_999),
    revision=st.integers(0, 999_999_999),
    action=st.sampled_from(Action),
    argument=st.one_of(st.integers(0, 99), st.from_regex(r"[a-z]{2,8}", fullmatch=True), st.just("")),
)
def test_what_is_rendered_fits_a_button_and_is_parsed_back(
    run: str, card: int, revision: int, action: Action, argument: int | str
) -> None:
    callback = Callback.on_card(Session(run=run, survey="x", card=card, revision=revision), action, argument)

    data = callback.render()

    assert len(data.encode()) <= MAX_BYTES
    assert Callback.parse(data) == callback


@given(st.text())
def test_data_of_any_other_form_has_no_meaning(data: str) -> None:
    callback = Callback.parse(data)

    assert callback is None or callback.render() == data


@pytest.mark.parametrize(
    "data",
    ["a:1:1:back", "a:1:1:fly:", "a:1:1:back:x y", ":1:1:back:", "a:-1:1:back:", "a:01x:1:back:", "a:1:1:back:\n"],
)
def test_malformed_data_has_no_meaning(data: str) -> None:
    assert Callback.parse(data) is None


@pytest.mark.parametrize("argument", ["two words", "x" * 41, "ខ្មែរ:"])
def test_data_that_could_not_be_read_back_is_never_sent(argument: str) -> None:
    with pytest.raises(ValueError, match="cannot be carried"):
        Callback.on_card(SESSION, Action.SPEAK, argument).render()
