"""Everything that the store keeps about one person, read at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.pseudonyms import Pseudonyms
from bot.store import admins, campaigns, imported, people, tombstones
from bot.store.admins import Admin
from bot.store.imported import ImportedRow
from bot.store.letters import Address
from bot.store.people import Messages
from bot.store.schema import consent_texts, consents, reached, responses, runs, sessions
from bot.store.schema import people as people_table


@dataclass(frozen=True, slots=True)
class Round:
    """One run of theirs; what is known of it, and the response where it was finished.

    Attributes
    ----------
    at : datetime
        When it began; where ``begun`` is False that is not known, and it is when it was finished.
    reached : mapping of str to datetime
        By stage, as `bot.conversation.progress` names them.
    response : row or None
        Of `bot.store.schema.responses`.
    """

    run: str
    campaign: str | None
    test: bool
    language: str | None
    at: datetime
    begun: bool
    reached: Mapping[str, datetime]
    response: Row[Any] | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of somebody who wrote.

    Attributes
    ----------
    first_campaign, last_campaign : str or None
        By their names, else by what the link carried.
    session : mapping or None
        As it was stored.
    wrote_at : datetime or None
        When the session was stored.
    unreadable : int
        Earlier sessions that could not be read, and are kept.
    consents : sequence of row
        Of `bot.store.schema.consents`, with the words; oldest first.
    """

    since: datetime
    gone_at: datetime | None
    first_campaign: str | None
    last_campaign: str | None
    session: Mapping[str, Any] | None
    wrote_at: datetime | None
    unreadable: int
    consents: Sequence[Row[Any]]
    rounds: Sequence[Round]


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is kept of whoever is reached at an address; ``person`` is None where nobody wrote from there."""

    pseudonym: str
    person: Known | None
    messages: Messages
    admin: Admin | None
    acts: int
    imported: Sequence[ImportedRow]
    erased_at: datetime | None


def read_kept(connection: Connection, pseudonyms: Pseudonyms, address: Address) -> Kept:
    """Read everything that is kept of a person."""
    pseudonym = pseudonyms.of(address)
    found = people.find(connection, [address]).get(address)
    return Kept(
        pseudonym=pseudonym,
        person=None if found is None else _known(connection, found.id),
        messages=people.messages(connection, address),
        admin=next((admin for admin in admins.everybody(connection) if admin.address == address), None),
        acts=admins.acts_of(connection, address),
        imported=imported.of_person(connection, pseudonym),
        erased_at=tombstones.erased(connection, [pseudonym]).get(pseudonym),
    )


def _known(connection: Connection, person: int) -> Known:
    columns = people_table.c
    query = (
        select(
            columns.created_at,
            columns.gone_at,
            columns.first_campaign,
            columns.last_campaign,
            sessions.c.data,
            sessions.c.updated_at,
            sessions.c.unreadable,
        )
        .select_from(people_table.outerjoin(sessions))
        .where(columns.id == person)
    )
    row = connection.execute(query).one()
    names = {campaign.slug: campaign.name for campaign in campaigns.everything(connection)}
    decided = (
        select(consents, consent_texts.c.words)
        .join(consent_texts, consent_texts.c.version == consents.c.text_version)
        .where(consents.c.person_id == person)
        .order_by(consents.c.id)
    )
    return Known(
        since=row.created_at,
        gone_at=row.gone_at,
        first_campaign=names.get(row.first_campaign, row.first_campaign),
        last_campaign=names.get(row.last_campaign, row.last_campaign),
        session=row.data,
        wrote_at=row.updated_at,
        unreadable=len(row.unreadable or ()),
        consents=connection.execute(decided).all(),
        rounds=_rounds(connection, person, names),
    )


def _rounds(connection: Connection, person: int, names: Mapping[str, str]) -> list[Round]:
    """Return the person's runs, oldest first; of some begun in earlier releases only the response is there."""
    begun = connection.execute(select(runs).where(runs.c.person_id == person)).all()
    finished = connection.execute(select(responses).where(responses.c.person_id == person)).all()
    answered, started = {response.run: response for response in finished}, {run.run for run in begun}
    stages: dict[str, dict[str, datetime]] = {}
    query = select(reached).where(reached.c.run.in_([*answered, *started])).order_by(reached.c.at)
    for stage in connection.execute(query):
        stages.setdefault(stage.run, {})[stage.stage] = stage.at
    known = {response.run: (response, response.finished_at) for response in finished}
    known |= {run.run: (run, run.started_at) for run in begun}
    rounds = [
        Round(
            run=name,
            campaign=names.get(row.campaign, row.campaign),
            test=row.test,
            language=row.language,
            at=at,
            begun=name in started,
            reached=stages.get(name, {}),
            response=answered.get(name),
        )
        for name, (row, at) in known.items()
    ]
    return sorted(rounds, key=lambda one: one.at)
