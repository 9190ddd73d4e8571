"""Names, slugs and short codes of campaigns."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.campaigns import naming
from bot.campaigns.links import PAYLOAD
from bot.campaigns.naming import (
    MAX_NAME,
    RESERVED,
    CampaignError,
    clean_name,
    name_key,
    read_code,
    short_code,
    slug_for,
)

KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")


def nothing_taken(_: str) -> bool:
    return False


def taken_first(count: int) -> Callable[[str], bool]:
    """Return a check that finds the first ``count`` things it is asked about taken."""
    asked: list[str] = []

    def taken(what: str) -> bool:
        asked.append(what)
        return len(asked) <= count

    return taken


@st.composite
def names(draw: st.DrawFn) -> str:
    """Names that are accepted, as they are kept."""
    raw = draw(st.text(max_size=MAX_NAME))
    try:
        return clean_name(raw)
    except CampaignError:
        assume(False)
        raise


# -- names --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Market Day", "Market Day"),
        ("  Market \t\n Day ", "Market Day"),
        ("Market\u00a0Day\u200b\u2060", "Market Day"),
        ("ផ្សារ\u200bថ្មី", "ផ្សារថ្មី"),
        ("\u202eMarket\x07", "Market"),
        ("Market\u3164Day", "Market Day"),
        ("🎉", "🎉"),
        ("x" * 64 + " " * 300, "x" * 64),
    ],
)
def test_a_name_is_kept_without_what_is_not_seen(raw: str, name: str) -> None:
    assert clean_name(raw) == name


@pytest.mark.parametrize("raw", ["", "   ", "\u200b\u200d", "\x00\x1f", "\u3164", "\ufe0f", "\ud800"])
def test_a_name_of_nothing_to_read_is_refused(raw: str) -> None:
    with pytest.raises(CampaignError, match=r'^A campaign needs a name, such as "Market Day"\.$'):
        clean_name(raw)


def test_a_name_of_300_characters_is_refused_and_told_how_long_it_may_be() -> None:
    with pytest.raises(CampaignError, match=r"^A campaign's name may have up to 64 characters; this one has 300\.$"):
        clean_name("x" * 300)


@given(st.text())
def test_a_clean_name_is_clean_already(raw: str) -> None:
    try:
        name = clean_name(raw)
    except CampaignError:
        return

    assert clean_name(name) == name
    assert name.isprintable()
    assert 1 <= len(name) <= MAX_NAME
    name.encode()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Market Day", "market  DAY"),
        ("Market Day", "Ｍａｒｋｅｔ\u3000Ｄａｙ"),
        ("Straße", "STRASSE"),
        ("Cafe\u0301", "CAFÉ"),
        ("ផ្សារ\u200bថ្មី", "ផ្សារថ្មី"),
    ],
)
def test_names_that_look_alike_are_one(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_other_names_are_other_campaigns() -> None:
    assert len({name_key(name) for name in ("Market", "Market 2", "Markt", "ផ្សារ", "ផ្សារ 2", "🎉", "🎊")}) == 7


@given(names())
def test_a_name_s_key_is_its_own_key(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)
    assert name_key(name) == name_key(f"  {name.replace(' ', '   ')}\u200b")


# -- slugs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Market Day", "market-day"),
        ("Café Crème, 2nd floor!", "cafe-creme-2nd-floor"),
        ("2026", "2026"),
        ("t_own_adm_", "t-own-adm"),
        ("Siem Reap ផ្សារចាស់", "siem-reap"),
        ("the quick brown fox jumps over the lazy dog again", "the-quick-brown-fox-jumps-over-the-lazy"),
        ("x" * 64, "x" * 40),
    ],
)
def test_a_latin_name_makes_a_readable_slug(name: str, slug: str) -> None:
    assert slug_for(name, nothing_taken) == slug


@pytest.mark.parametrize("name", ["ផ្សារថ្មី", "ផ្សារ 2", "🎉", "!!!", "市場"])
def test_any_other_name_has_a_short_slug_made_up(name: str) -> None:
    assert re.fullmatch("c-[2-9bcdfghjkmnpqrstvwxz]{6}", slug_for(name, nothing_taken))


def test_a_slug_that_is_taken_gets_a_number_and_then_a_chance_ending() -> None:
    assert slug_for("Market Day", taken_first(1)) == "market-day-2"
    assert slug_for("Market Day", taken_first(8)) == "market-day-9"
    assert re.fullmatch("market-day-[a-z0-9]{6}", slug_for("Market Day", taken_first(9)))


def test_a_made_up_slug_that_is_taken_gives_way_to_another() -> None:
    first = slug_for("ផ្សារ", nothing_taken, Random(1))

    assert slug_for("ផ្សារ", {first}.__contains__, Random(1)) != first


@given(names(), st.integers(0, 20), st.integers())
def test_every_slug_can_be_carried_and_none_is_reserved(name: str, taken: int, seed: int) -> None:
    slug = slug_for(name, taken_first(taken), Random(seed))

    assert PAYLOAD.fullmatch(slug)
    assert len(slug) <= 48
    assert not slug.startswith(RESERVED)


def test_a_test_slug_says_so_and_is_not_to_be_guessed() -> None:
    slugs = {naming.test_slug() for _ in range(100)}

    assert len(slugs) == 100
    assert all(PAYLOAD.fullmatch(slug) and slug.startswith("t_") and len(slug) == 22 for slug in slugs)


# -- codes --------------------------------------------------------------------------------------------------


@given(st.integers())
def test_a_code_is_easy_to_copy_and_no_word(seed: int) -> None:
    code = short_code(nothing_taken, Random(seed))

    assert len(code) == 5
    assert code == code.upper()
    assert not set(code) & set("01AEIOULBSZQ")
    assert code[0].isalpha()
    assert code[-1].isalpha()
    assert any(char.isdigit() for char in code)


def test_a_code_that_is_taken_is_not_given_twice() -> None:
    given_out: set[str] = set()
    for _ in range(500):
        given_out.add(short_code(given_out.__contains__))

    assert len(given_out) == 500


@given(st.integers(), st.data())
def test_a_code_is_read_however_it_is_typed(seed: int, data: st.DataObject) -> None:
    code = short_code(nothing_taken, Random(seed))
    between = st.sampled_from(["", " ", "-", "–", "\u200b", "\u00a0", "\n"])
    typed = "".join(
        data.draw(between)
        + data.draw(st.sampled_from([char, char.lower(), char.translate(KHMER_DIGITS)]))
        + data.draw(between)
        for char in code
    )

    assert read_code(typed) == code


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "Yes",
            "No",
            "daily",
            "7",
            "25 - 100",
            "100–300",
            "25KG",
            "2GB",
            "Below $25",
            "COVID19",
            "KTMFP",
            "34567",
        ),
        *("34567", "K7M3", "K7M3PP", "K0M3P", "K1M3P", "KOM3P", "/start", "K7M3P please", "K7M3P" * 1000, "កខគ", "ﷺ"),
    ],
)
def test_what_cannot_be_a_code_is_none(text: str) -> None:
    assert read_code(text) is None


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_code_or_none(text: str) -> None:
    code = read_code(text)

    assert code is None or read_code(code) == code
