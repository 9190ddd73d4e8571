"""Withdrawals that outlast a restore: what people no longer allow is not allowed again by an older backup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from bot.conversation.consent import REFUSABLE
from bot.conversation.effects import Consent
from bot.pseudonyms import Pseudonyms
from bot.store import consents
from bot.store.letters import Address
from bot.store.schema import consent_texts, people, sessions
from bot.store.schema import consents as consents_table


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A use that a person did not allow, as it was noted down last."""

    pseudonym: str
    use: str
    at: datetime
    consent: Consent


def withdrawals(connection: Connection, pseudonyms: Pseudonyms) -> list[Withdrawal]:
    """Return what people do not allow just now."""
    return [
        Withdrawal(
            pseudonyms.of(Address(row.channel, row.user_id)),
            row.use,
            row.at,
            Consent({row.use: row.decision}, row.words, row.language),
        )
        for row in _last_decisions(connection)
        if row.decision != "given"
    ]


def withdraw_again(connection: Connection, pseudonyms: Pseudonyms, kept: Sequence[Withdrawal]) -> None:
    """Note down again what was withdrawn, for those who have not decided otherwise since."""
    if not kept:
        return
    query = select(people.c.id, people.c.channel, people.c.user_id)
    ids = {pseudonyms.of(Address(row.channel, row.user_id)): row.id for row in connection.execute(query)}
    decided = {(row.person_id, row.use): row.at for row in _last_decisions(connection)}
    for each in kept:
        person = ids.get(each.pseudonym)
        latest = None if person is None else decided.get((person, each.use))
        if person is not None and (latest is None or latest < each.at):
            consents.note(connection, [(person, each.consent)], each.at)
            _note_in_session(connection, person, each.use)


def _last_decisions(connection: Connection) -> Sequence[Row[Any]]:
    """Return each person's last decision about each use that may be refused."""
    last = (
        select(func.max(consents_table.c.id))
        .where(consents_table.c.use.in_(REFUSABLE))
        .group_by(consents_table.c.person_id, consents_table.c.use)
    )
    query = (
        select(consents_table, consent_texts.c.words, people.c.channel, people.c.user_id)
        .join(consent_texts, consent_texts.c.version == consents_table.c.text_version)
        .join(people, people.c.id == consents_table.c.person_id)
        .where(consents_table.c.id.in_(last))
    )
    return connection.execute(query).all()


def _note_in_session(connection: Connection, person: int, use: str) -> None:
    """Let the conversation know, unless it holds no consent; one of before uses were told apart hears of it, too."""
    data = connection.scalar(select(sessions.c.data).where(sessions.c.person_id == person))
    if data is not None and (before := data.get("refused", [])) is not None:
        refused = [each for each in REFUSABLE if each == use or each in before]
        changed = update(sessions).where(sessions.c.person_id == person)
        connection.execute(changed.values(data={**data, "refused": refused}))
