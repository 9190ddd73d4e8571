"""Erasing a person: what is kept of them goes, and what lies outside the database is told to those who run the bot."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.conversation.effects import Say
from bot.owner_texts import owner_text
from bot.pseudonyms import Pseudonyms
from bot.store import imported, outbox, people, responses, runs, tombstones
from bot.store.letters import Address
from bot.store.people import Person
from bot.undecided import UNDECIDED

DECLINED, ERASED = "declined", "erased"


@dataclass(frozen=True, slots=True)
class Gone:
    """What was erased of a person.

    Attributes
    ----------
    rounds : tuple of collection of str
        Of each finished round the columns that it had answers in.
    pseudonym : str or None
        None where they never agreed to take part.
    in_files, learnt_from : bool
        Whether exported files hold their answers, and whether a model may have learnt from them.
    """

    rounds: tuple[Collection[str], ...] = ()
    pseudonym: str | None = None
    in_files: bool = False
    learnt_from: bool = False


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
    ) -> Gone:
        """Erase a person and return what went; the cards in ``spared`` are about to be frozen, and forgotten with that.

        Who never agreed leaves nothing that a backup could bring back, and gets no tombstone.
        """
        left, pseudonym = tombstones.traces(connection, person.id), self._pseudonyms.of(address)
        agreed, rounds = bool(runs.agreed(connection, [person.id])), responses.answered(connection, person.id)
        if agreed:
            tombstones.add(connection, pseudonym, left.labelled_at, now)
        imported.forget(connection, pseudonym)  # an export that came back, from another store for instance
        runs.leave(connection, {person.id: _leaving(ERASED if agreed else DECLINED)})
        people.forget(connection, address, spared)
        if left.exports:
            words = owner_text("erased_from_exports", pseudonym=pseudonym, files="\n".join(left.exports))
            for owner in self._owners(connection):
                outbox.put(connection, owner, [Say(words)], now)  # the next look around sends it
        learnt_from = left.labelled_at is not None
        return Gone(tuple(rounds), pseudonym if agreed else None, bool(left.exports), learnt_from)


def expire(connection: Connection, known: Mapping[Address, int], delivered: Collection[int]) -> None:
    """Erase people whose time is up; ``delivered`` are the messages that they were sent.

    They leave no tombstones: nobody asked for one, and it would keep a trace of everybody for ever. After a restore
    whose time is up is found by when they last wrote, as before.
    """
    agreed = runs.agreed(connection, known.values())
    endings = {person: ERASED if person in agreed else UNDECIDED for person in known.values()}
    runs.leave(connection, {person: _leaving(ended_by) for person, ended_by in endings.items()})
    people.forget_all(connection, known, delivered)


def _leaving(ended_by: str) -> runs.Leaving:
    return runs.Leaving(ended_by, secrets.token_hex(8))
