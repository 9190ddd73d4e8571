"""The links that lead to a campaign."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.campaigns.links import PAYLOAD, deep_link, local_link, local_links, telegram_links


def test_on_telegram_a_campaign_has_a_link_for_people_and_one_to_try_it_out() -> None:
    links = telegram_links("survey_bot", "market-day", "t_secret")

    assert links.campaign == "https://t.me/survey_bot?start=market-day"
    assert links.test == "https://t.me/survey_bot?start=t_secret"
    assert links.printable


def test_links_of_this_machine_are_not_for_print() -> None:
    links = local_links("http://127.0.0.1:8080", "market-day", "t_secret")

    assert links.campaign == "http://127.0.0.1:8080/?start=market-day"
    assert links.test == "http://127.0.0.1:8080/?start=t_secret"
    assert not links.printable


@pytest.mark.parametrize("page", ["http://127.0.0.1:8080", "http://127.0.0.1:8080/", "http://127.0.0.1:8080/?as=2#top"])
def test_a_local_link_is_of_the_chat_page_itself(page: str) -> None:
    assert local_link(page, "x") == "http://127.0.0.1:8080/?start=x"


@given(st.from_regex(PAYLOAD, fullmatch=True))
def test_what_a_link_carries_arrives(slug: str) -> None:
    for link in (deep_link("survey_bot", slug), local_link("http://127.0.0.1:8080", slug)):
        assert parse_qs(urlsplit(link).query) == {"start": [slug]}


@pytest.mark.parametrize("slug", ["", "a b", "ផ្សារ", "a&b", "x" * 65, "x\n"])
def test_what_no_link_can_carry_is_refused(slug: str) -> None:
    with pytest.raises(ValueError, match="cannot be carried by a link: 1 to 64 of"):
        deep_link("survey_bot", slug)
