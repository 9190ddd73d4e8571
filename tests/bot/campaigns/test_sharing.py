"""The link that is passed on: the original campaign goes along, nothing of the person does."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.campaigns.links import PAYLOAD, deep_link
from bot.campaigns.naming import slug_for
from bot.campaigns.sharing import shared_payload, shared_picture
from bot.conversation.events import Started
from bot.store import campaigns
from bot.store.campaigns import Campaign
from bot.store.database import Store

FAIR = Campaign(0, "Fair", "fair", "t_secret", "K7M3P", datetime(2026, 3, 1, tzinfo=UTC), None)
MOST_BYTES = 20_000
"""Of the picture: a phone pays for every one of them."""


@pytest.mark.parametrize(
    ("came_by", "payload"),
    [
        ("fair", "s_fair"),
        ("t_secret", "s_fair"),
        (None, "s_X"),
        ("sokha-012345678", "s_X"),
        ("own_secret", "s_X"),
        ("t_unknown", "s_X"),
        ("x" * 64, "s_X"),
    ],
)
async def test_only_a_campaign_that_is_known_goes_along(store: Store, came_by: str | None, payload: str) -> None:
    await store.step(partial(campaigns.add, campaign=FAIR, name_key="fair"))

    assert await store.step(partial(shared_payload, came_by=came_by)) == payload


@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=64))
def test_every_campaigns_link_can_be_passed_on_and_leads_back_to_it(name: str) -> None:
    slug = slug_for(name, lambda _: False)

    started = Started(f"s_{slug}")

    assert PAYLOAD.fullmatch(f"s_{slug}")
    assert (started.campaign, started.shared) == (slug, True)
    assert (Started(slug).campaign, Started(slug).shared) == (slug, False)


def test_the_picture_costs_a_phone_little_even_for_the_longest_link() -> None:
    link = deep_link("b" * 32, "s_" + 48 * "x")

    assert len(shared_picture(link, "Your mobile money", printable=True, language="en")) < MOST_BYTES
