"""How people arrive: by a campaign's link or, who cannot scan, by its short code; and in which language it speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from bot.campaigns.naming import read_code
from bot.conversation.events import Started, Typed
from bot.incoming import Incoming
from bot.store import campaigns
from bot.store.letters import Address
from bot.store.people import Person


def arriving(connection: Connection, updates: Sequence[Incoming], known: Mapping[Address, Person]) -> list[Incoming]:
    """Tell the conversation by which campaign those come who have not agreed yet, and what that speaks.

    Parameters
    ----------
    connection : Connection
    updates : sequence of Incoming
        Of different people.
    known : mapping of Address to Person
        Those among them who wrote before.
    """
    arrived = [_by_code(connection, each) if _just_comes(known.get(each.address)) else each for each in updates]
    slugs = {
        slug
        for each in arrived
        if _just_comes(known.get(each.address)) and isinstance(each.event, Started) and (slug := each.event.campaign)
    }
    languages = campaigns.languages(connection, slugs) if slugs else {}
    return [_met_in(each, languages) for each in arrived] if languages else arrived


def _just_comes(person: Person | None) -> bool:
    return person is None or person.session is None or person.session.get("phase") == "consent"


def _by_code(connection: Connection, update: Incoming) -> Incoming:
    """Take a campaign's short code, typed by somebody who just comes, for its link."""
    code = read_code(update.event.text) if isinstance(update.event, Typed) else None
    campaign = None if code is None else campaigns.by_code(connection, code)
    return update if campaign is None else replace(update, event=Started(campaign.slug, update.language))


def _met_in(update: Incoming, languages: Mapping[str, str]) -> Incoming:
    if not isinstance(update.event, Started):
        return update
    language = languages.get(update.event.campaign or "")
    return replace(update, event=replace(update.event, campaign_language=language))
