"""Erasing a person: what is kept of them goes, and what lies outside the database is told to those who run the bot."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.conversation.effects import Say
from bot.owner_texts import owner_text
from bot.pseudonyms import Pseudonyms
from bot.store import imported, outbox, people, runs, tombstones
from bot.store.letters import Address
from bot.store.people import Person

DECLINED, ERASED = "declined", "erased"


class Erasure:
    """Erases people.

    Parameters
    ----------
    pseudonyms : Pseudonyms
    owners : callable
        Returns, within a transaction, who is told of exports that hold an erased person's answers.
    """

    def __init__(self, pseudonyms: Pseudonyms, owners: Callable[[Connection], Iterable[Address]]) -> None:
        self._pseudonyms = pseudonyms
        self._owners = owners

    def erase(
        self, connection: Connection, address: Address, person: Person, spared: Collection[int], now: datetime
    ) -> None:
        """Erase a person; the cards in ``spared`` are about to be frozen, and forgotten with that.

        Who never agreed leaves nothing that a backup could bring back, and gets no tombstone.
        """
        left, pseudonym = tombstones.traces(connection, person.id), self._pseudonyms.of(address)
        agreed = bool(runs.agreed(connection, [person.id]))
        if agreed:
            tombstones.add(connection, pseudonym, left.labelled_at, now)
        imported.forget(connection, pseudonym)  # an export that came back, from another store for instance
        runs.leave(connection, {person.id: _leaving(agreed=agreed)})
        people.forget(connection, address, spared)
        if left.exports:
            words = owner_text("erased_from_exports", pseudonym=pseudonym, files="\n".join(left.exports))
            for owner in self._owners(connection):
                outbox.put(connection, owner, [Say(words)], now)  # the next look around sends it


def expire(connection: Connection, known: Mapping[Address, int], delivered: Collection[int]) -> None:
    """Erase people whose time is up; ``delivered`` are the messages that they were sent.

    They leave no tombstones: nobody asked for one, and it would keep a trace of everybody for ever. After a restore
    whose time is up is found by when they last wrote, as before.
    """
    agreed = runs.agreed(connection, known.values())
    runs.leave(connection, {person: _leaving(agreed=person in agreed) for person in known.values()})
    people.forget_all(connection, known, delivered)


def _leaving(*, agreed: bool) -> runs.Leaving:
    return runs.Leaving(ERASED if agreed else DECLINED, secrets.token_hex(8))
