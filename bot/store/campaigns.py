"""Campaigns: the links that people come by, by name, slug and short code."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from bot.store.schema import campaigns


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign.

    Attributes
    ----------
    slug, test_slug : str
        What its link carries, and the link to try it out with.
    code : str
        What people type who cannot scan.
    language : str or None
        In which it meets people; without one it is that of their app.
    """

    id: int
    name: str
    slug: str
    test_slug: str
    code: str
    created_at: datetime
    archived_at: datetime | None
    language: str | None = None

    @property
    def archived(self) -> bool:
        """Whether it is over: its links start the survey all the same."""
        return self.archived_at is not None


def add(connection: Connection, campaign: Campaign, name_key: str) -> Campaign:
    """Store a new campaign, and return it with its number."""
    values = {
        "name": campaign.name,
        "name_key": name_key,
        "slug": campaign.slug,
        "test_slug": campaign.test_slug,
        "code": campaign.code,
        "language": campaign.language,
        "created_at": campaign.created_at,
    }
    number = connection.execute(insert(campaigns).values(values).returning(campaigns.c.id)).scalar_one()
    return replace(campaign, id=number)


def get(connection: Connection, number: int) -> Campaign | None:
    """Return the campaign of a number."""
    return _one(connection.execute(select(campaigns).where(campaigns.c.id == number)).first())


def named(connection: Connection, name_key: str) -> Campaign | None:
    """Return the campaign of a name; see `bot.campaigns.naming.name_key`."""
    return _one(connection.execute(select(campaigns).where(campaigns.c.name_key == name_key)).first())


def find(connection: Connection, given: str, name_key: str) -> Campaign | None:
    """Return the campaign of a slug, or else of a name."""
    by_slug = connection.execute(select(campaigns).where(campaigns.c.slug == given)).first()
    return _one(by_slug) or named(connection, name_key)


def by_code(connection: Connection, code: str) -> Campaign | None:
    """Return the campaign of a short code."""
    return _one(connection.execute(select(campaigns).where(campaigns.c.code == code)).first())


def by_link(connection: Connection, payload: str) -> Campaign | None:
    """Return the campaign to which a link leads, whether its own or the one to try it out with."""
    carried = or_(campaigns.c.slug == payload, campaigns.c.test_slug == payload)
    return _one(connection.execute(select(campaigns).where(carried)).first())


def is_taken(connection: Connection, word: str) -> bool:
    """Whether a campaign has this slug or code already."""
    columns = campaigns.c.slug, campaigns.c.test_slug, campaigns.c.code
    return connection.execute(select(campaigns.c.id).where(or_(*(c == word for c in columns)))).first() is not None


def everything(connection: Connection) -> list[Campaign]:
    """Return all campaigns, the newest first."""
    rows = connection.execute(select(campaigns).order_by(campaigns.c.created_at.desc(), campaigns.c.id.desc()))
    return [_campaign(row) for row in rows]


def archive(connection: Connection, slug: str, at: datetime | None) -> None:
    """Archive a campaign, or (None) take it up again."""
    connection.execute(update(campaigns).where(campaigns.c.slug == slug).values(archived_at=at))


def speak(connection: Connection, number: int, language: str | None) -> None:
    """Let a campaign meet people in a language, or (None) in that of their app."""
    connection.execute(update(campaigns).where(campaigns.c.id == number).values(language=language))


def languages(connection: Connection, slugs: Collection[str]) -> dict[str, str]:
    """Return the languages of those among these links, test links included, whose campaign has one."""
    columns = campaigns.c.slug, campaigns.c.test_slug
    query = select(*columns, campaigns.c.language).where(
        or_(*(column.in_(slugs) for column in columns)), campaigns.c.language.is_not(None)
    )
    return {slug: row.language for row in connection.execute(query) for slug in (row.slug, row.test_slug)}


def test_slugs(connection: Connection, slugs: Collection[str]) -> set[str]:
    """Return which of these slugs are test links."""
    if not slugs:
        return set()
    return set(connection.scalars(select(campaigns.c.test_slug).where(campaigns.c.test_slug.in_(slugs))))


def _one(row: Row[Any] | None) -> Campaign | None:
    return None if row is None else _campaign(row)


def _campaign(row: Row[Any]) -> Campaign:
    return Campaign(row.id, row.name, row.slug, row.test_slug, row.code, row.created_at, row.archived_at, row.language)
