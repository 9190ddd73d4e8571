from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.events import Started
from bot.conversation.sensitive import holds_card, kind


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111.1111.1111.1111",
        "my card is 4111 1111 1111 1111, valid 12/28, 123",
        "4111 1111 1111 1111 12/28 123",
        "3782 822463 10005",
        "៤១១១ ១១១១ ១១១១ ១១១១",
        "４１１１１１１１１１１１１１１１",
        "4111 1111 1111 1112",  # mistyped, and still a card's number
    ],
)
def test_the_number_of_a_card_is_known_however_it_is_written(text: str) -> None:
    assert kind(text) == "card"


@pytest.mark.parametrize(
    "text",
    [
        "my pin is 1234",
        "PIN: 4321",
        "pin1234",
        "1234 is my pin",
        "code 123456",
        "The code you sent: 123 456",
        "OTP 998877",
        "G-123456",
        "123 456",
        "1234",
        "12345678.",
        "cvv 123",
        "my password is hunter2",
        "លេខសម្ងាត់ ១២៣៤",
        "លេខសម្ងាត់របស់ខ្ញុំគឺ1234",
        "លេខកូដ 123456",
        "ពាក្យសម្ងាត់៖ 556677",
    ],
)
def test_a_pin_a_password_and_a_code_are_known_by_what_they_are_called_or_by_standing_alone(text: str) -> None:
    assert kind(text) == "code"


@pytest.mark.parametrize("text", ["012 345 678", "+855 12 345 678", "call me: 012-345-678", "០១២៣៤៥៦៧៨", "85512345678"])
def test_a_phones_number_is_known(text: str) -> None:
    assert kind(text) == "phone"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "every day",
        "12",
        "1, 3 and 5",
        "1 3 5",
        "25 - 100",
        "100–300",
        "$1000",
        "1000 riel",
        "2026-03-01",
        "pink 1234",
        "CX3RT",
        "I know what a PIN is",
        "4111 1111 1111 1112 is no card",
        "1 2 3 4 5 6 7 8 9 10 11 12 13",
        "9" * 4096,
    ],
)
def test_other_texts_give_nothing_away(text: str) -> None:
    assert kind(text) is None


def test_where_numbers_are_asked_for_one_alone_gives_nothing_away() -> None:
    assert [kind(text, lone=False) for text in ("1234", "85512345678", "my pin is 1234")] == [None, None, "code"]


@given(st.integers(10**11, 10**18 - 1), st.sampled_from(["", " ", "-"]))
def test_every_number_with_the_check_digit_of_a_card_is_one(number: int, blank: str) -> None:
    digits = str(number) + check_digit(str(number))
    groups = [digits[start : start + 4] for start in range(0, len(digits), 4)]

    assert holds_card(f"it is {blank.join(groups)}!") or len(set(digits)) == 1


def check_digit(digits: str) -> str:
    """Return Luhn's check digit, worked out as on paper."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def test_a_cards_number_is_no_campaign() -> None:
    assert Started("4111111111111111").campaign is None
    assert Started("2026-03-01").campaign == "2026-03-01"
