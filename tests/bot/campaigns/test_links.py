"""The links that lead to a campaign."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.campaigns.links import PAYLOAD, deep_link, local_link


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
