"""Seals: what holds of every number, and what they cost an answer on its way."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.pseudonyms import Pseudonyms
from bot.sealing import LENGTH, NUMBERS, SealError, Seals
from bot.store.letters import Address

SEALS = Seals("a key of some length")
numbers = st.integers(NUMBERS[0], NUMBERS[-1])
channels = st.text(max_size=32)
LONGEST_DATA = 64
"""Bytes that Telegram lets a button carry."""


@given(channels, numbers)
def test_what_was_sealed_opens_to_the_same_number(channel: str, number: int) -> None:
    assert SEALS.opened(channel, SEALS.seal(channel, number)) == str(number)


@given(numbers)
def test_a_seal_is_one_word_of_one_length_without_a_trace_of_the_number(number: int) -> None:
    seal = SEALS.seal("telegram", number)

    assert re.fullmatch(r"~[A-Za-z0-9_-]+", seal)
    assert len(seal) == LENGTH
    assert len(f"desk:dismiss_yes:telegram:{seal}") <= LONGEST_DATA
    assert abs(number) < 10**5 or str(abs(number)) not in seal


@given(channels, numbers, numbers)
def test_the_same_number_has_the_same_seal_and_another_one_another(channel: str, one: int, other: int) -> None:
    again = Seals("a key of some length")

    assert SEALS.seal(channel, one) == again.seal(channel, one)
    assert (SEALS.seal(channel, one) == SEALS.seal(channel, other)) == (one == other)


@given(numbers, channels, channels)
def test_a_seal_is_of_one_channel_and_of_one_key(number: int, channel: str, other: str) -> None:
    assume(channel != other)
    seal = SEALS.seal(channel, number)

    for stranger, where in ((SEALS, other), (Seals("another key of some length"), channel)):
        assert stranger.seal(where, number) != seal
        with pytest.raises(SealError):
            stranger.opened(where, seal)


@given(numbers, st.integers(1, LENGTH - 1), st.sampled_from("AZaz09_-"))
def test_a_seal_that_was_tampered_with_is_refused(number: int, place: int, letter: str) -> None:
    seal = SEALS.seal("telegram", number)
    assume(seal[place] != letter)

    with pytest.raises(SealError):
        SEALS.opened("telegram", seal[:place] + letter + seal[place + 1 :])


@given(st.text())
def test_what_only_begins_like_a_seal_is_refused(text: str) -> None:
    with pytest.raises(SealError):
        SEALS.opened("telegram", f"~{text}")


@given(numbers)
def test_a_sealed_address_has_the_pseudonym_of_the_number(number: int) -> None:
    pseudonyms = Pseudonyms("a key of some length")
    seal = pseudonyms.seals.seal("telegram", number)

    assert pseudonyms.of(Address("telegram", seal)) == pseudonyms.of(Address("telegram", str(number)))


def test_seals_are_the_ones_that_are_stored_already() -> None:
    assert SEALS.seal("telegram", 7) == "~9bUQ1xKkKLiZU5K-_IiIJwW1X_NymsqS"


def test_pseudonyms_are_the_ones_that_earlier_exports_hold() -> None:
    pseudonyms = Pseudonyms("a key of some length")
    seal = pseudonyms.seals.seal("telegram", 7)

    assert pseudonyms.of(Address("telegram", seal)) == "R-BUA3Y3A4ENWCRQJP"


@given(st.lists(numbers.map(str) | st.text()))
def test_sealing_what_may_be_sealed_already_changes_nothing_more(identities: list[str]) -> None:
    for identity in identities:
        sealed = SEALS.sealed("telegram", identity)

        assert SEALS.sealed("telegram", sealed) == sealed
        assert identity.startswith("~") or SEALS.opened("telegram", sealed) == identity


@given(st.text() | st.lists(st.integers(-(10**17), 10**17).map(str) | st.text(), max_size=5).map(" ".join))
def test_a_text_whose_numbers_are_sealed_reads_as_before_once_they_are_opened(text: str) -> None:
    assert SEALS.opened_in("telegram", SEALS.sealed_in("telegram", text)) == text


def test_in_a_text_whatever_may_be_somebodys_number_is_sealed() -> None:
    sealed = SEALS.sealed_in("telegram", "Remove 123456789? (987654321: 2 of 104 answers, 2026-10-01)")

    assert sealed == (
        f"Remove {SEALS.seal('telegram', 123456789)}? "
        f"({SEALS.seal('telegram', 987654321)}: 2 of 104 answers, 2026-10-01)"
    )


def test_what_only_looks_like_a_seal_stays_in_a_text() -> None:
    words = f"~~ about {'~' + 'x' * (LENGTH - 1)} and {Seals('another key of some length').seal('telegram', 7)}"

    assert SEALS.opened_in("telegram", words) == words
