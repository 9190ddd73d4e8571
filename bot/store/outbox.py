"""The outbox: messages decided on in a step, waiting to be delivered in order per chat.

The unit of claim is the chat: whoever delivers to it has its name on the one message in hand, and nobody else touches
the chat's messages meanwhile. The claim ends when that message is sent, and passes on to the chat's next one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from bot.conversation.effects import Freeze
from bot.errors import place
from bot.store import dialects
from bot.store.letters import Address, Fate, Held, Letter, Message, Parked, Postponed, Sent, edits, kind_of, read
from bot.store.schema import cards, outbox, unclaimed, unclaimed_bulk, unsent, waiting, workers

LOOKED_AT = 200
"""Chats found in one look: what has piled up is claimed in pieces, so that people's steps go between."""
LONGEST_PAUSE = timedelta(minutes=1)
"""At most between two tries of a message that is not delivered for a fault on the way."""
KEPT = timedelta(hours=48)
"""How long messages stay that were delivered or given up, for looking into what happened: people are told so."""


# -- putting in ---------------------------------------------------------------------------------------------------


def put(
    connection: Connection, address: Address, messages: Iterable[Message], now: datetime, *, bulk: bool = False
) -> None:
    """Put messages at the end of a chat's queue, for whoever claims the chat."""
    rows = [_row(address, message, now, bulk=bulk) for message in messages]
    if rows:
        connection.execute(insert(outbox), rows)


def post(connection: Connection, mail: Mapping[Address, Sequence[Message]], worker: str, now: datetime) -> list[Letter]:
    """Put messages into many chats' queues at once; claim the chats that were free and return their first letters.

    Where others are on their way to the chat, whoever delivers those goes on with these.
    """
    mail = {address: messages for address, messages in mail.items() if messages}
    if not mail:
        return []
    busy = _queues(connection, mail)
    firsts = [(address, messages[0]) for address, messages in mail.items() if address not in busy]
    behind = [(address, each) for address, messages in mail.items() for each in messages[address not in busy :]]
    ids = _insert(connection, [{**_row(*first, now), "worker": worker} for first in firsts])
    if behind:
        connection.execute(insert(outbox), [_row(*each, now) for each in behind])
    known = _cards(connection, firsts)
    return [
        Letter(number, address, message, now, now, edits=known.get((address, message.card)))
        for number, (address, message) in zip(ids, firsts, strict=True)
    ]


def _row(address: Address, message: Message, now: datetime, *, bulk: bool = False) -> dict[str, Any]:
    return {
        "channel": address.channel,
        "chat_id": address.chat,
        "kind": kind_of(message),
        "payload": message,
        "created_at": now,
        "due_at": now,
        "bulk": bulk,
    }


def _insert(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
    if not rows:
        return []
    return connection.scalars(_POST, rows).all()


# -- taking out ---------------------------------------------------------------------------------------------------


def claim(connection: Connection, addresses: Collection[Address], worker: str) -> list[Letter]:
    """Claim the chats that nobody delivers to, and return the next letter of each; bulk is left alone."""
    dialects.lock(connection, addresses)
    return _claim(connection, addresses, worker, keepers=(None,))


def reclaim(connection: Connection, addresses: Collection[Address], worker: str) -> list[Letter]:
    """Do the same for chats that may be claimed by ``worker`` already, when it has none of their letters in hand."""
    dialects.lock(connection, addresses)
    return _claim(connection, addresses, worker, keepers=(None, worker))


def _claim(
    connection: Connection, addresses: Collection[Address], worker: str, keepers: Collection[str | None]
) -> list[Letter]:
    free = [queue for queue in _queues(connection, addresses).values() if all(row.worker in keepers for row in queue)]
    return _take(connection, [people for queue in free if (people := [row for row in queue if not row.bulk])], worker)


def claim_bulk(connection: Connection, worker: str, now: datetime) -> Letter | None:
    """Claim the chat whose bulk has waited longest, among those in which nothing else waits; return its letter."""
    due = select(outbox.c.channel, outbox.c.chat_id).where(unclaimed_bulk, outbox.c.due_at <= now)
    free = due.where(~_same_chat(lambda other: ~other.c.bulk | other.c.worker.is_not(None)))
    addresses = {Address(*row) for row in connection.execute(free.order_by(outbox.c.due_at).limit(1))}
    dialects.lock(connection, addresses)
    queues = _queues(connection, addresses, bulk=True).values()
    letters = _take(connection, [q for q in queues if all(row.bulk and row.worker is None for row in q)], worker)
    return next(iter(letters), None)


def settle(connection: Connection, fates: Collection[Fate], worker: str, now: datetime) -> list[Letter]:
    """Write down what became of letters, and return the next letter of each chat that has one, claimed.

    Whoever calls has locked the chats.
    """
    _note_sent(connection, [fate for fate in fates if isinstance(fate, Sent)], now)
    for fate in fates:
        match fate:
            case Postponed(letter, until):
                keeper = None if letter.bulk else worker
                _change(connection, letter, attempts=outbox.c.attempts + 1, due_at=until, worker=keeper)
            case Parked(letter, reason):
                _change(connection, letter, error=reason[:255])
                _forget_frozen(connection, letter)
            case Held(letter, reason):
                _change(connection, letter, held=reason, worker=None)
    return _claim(connection, {fate.letter.address for fate in fates}, worker, keepers=(None, worker))


def abandoned(connection: Connection) -> list[Address]:
    """Return chats for which something that is not bulk waits, and to which nobody delivers: `LOOKED_AT` at most."""
    query = select(outbox.c.channel, outbox.c.chat_id).where(unclaimed)
    query = query.where(~_same_chat(lambda other: other.c.worker.is_not(None)))
    return [Address(*row) for row in connection.execute(query.distinct().limit(LOOKED_AT))]


def claimed_before(connection: Connection, worker: str, moment: datetime) -> list[Address]:
    """Return chats that a worker delivers to with a message that was due before ``moment``: `LOOKED_AT` at most."""
    query = select(outbox.c.channel, outbox.c.chat_id).where(waiting, outbox.c.worker == worker)
    late = query.where(outbox.c.due_at < moment).distinct().limit(LOOKED_AT)
    return [Address(*row) for row in connection.execute(late)]


def bulk_is_due(connection: Connection, now: datetime) -> bool:
    """Whether anything that was written to many is to be sent."""
    return (
        connection.execute(select(outbox.c.id).where(unclaimed_bulk, outbox.c.due_at <= now).limit(1)).first()
        is not None
    )


def bulk_waiting(connection: Connection, most: int) -> int:
    """Return how many messages to many wait that nobody delivers yet, counted up to ``most``."""
    some = select(outbox.c.id).where(unclaimed_bulk).limit(most).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0


def postpone_bulk(connection: Connection, until: datetime) -> None:
    """Let no message to many leave before a moment, but those that somebody delivers just now."""
    connection.execute(update(outbox).where(unclaimed_bulk, outbox.c.due_at < until).values(due_at=until))


def withdraw_bulk(connection: Connection, addresses: Iterable[Address]) -> None:
    """Take back what was written to many and waits for these chats, but what somebody delivers just now."""
    for channel, chats in by_channel(addresses):
        connection.execute(
            delete(outbox).where(unclaimed_bulk, outbox.c.channel == channel, outbox.c.chat_id.in_(chats))
        )


def release(connection: Connection, reason: str) -> int:
    """Let go every message held back for ``reason``, and return how many it were."""
    return connection.execute(update(outbox).where(outbox.c.held == reason, unsent).values(held=None)).rowcount


def give_up_claims(connection: Connection, worker: str) -> None:
    """Leave the chats that a worker delivered to for others to claim."""
    connection.execute(update(outbox).where(outbox.c.worker == worker, unsent).values(worker=None))


def give_up_unknown_claims(connection: Connection) -> None:
    """Do so for workers that nobody knows: one may have claimed when it had already left, or not yet joined."""
    unknown = outbox.c.worker.not_in(select(workers.c.id))
    connection.execute(update(outbox).where(unsent, outbox.c.worker.is_not(None), unknown).values(worker=None))


def sent_to(connection: Connection, addresses: Iterable[Address]) -> dict[Address, list[int]]:
    """Return the delivered messages of chats, found by looking through all there are."""
    found: dict[Address, list[int]] = defaultdict(list)
    for channel, chats in by_channel(addresses):
        theirs = outbox.c.sent_at.is_not(None), outbox.c.channel == channel, outbox.c.chat_id.in_(chats)
        for row in connection.execute(select(outbox.c.id, outbox.c.chat_id).where(*theirs)):
            found[Address(channel, row.chat_id)].append(row.id)
    return found


def jobs_waiting(connection: Connection) -> set[int]:
    """Return the numbers of the jobs whose files are still to be sent."""
    reports = connection.scalars(select(outbox.c.payload).where(unsent, outbox.c.kind == "report"))
    return {int(payload["detail"]["job"]) for payload in reports if "job" in payload.get("detail", {})}


def purge(connection: Connection, now: datetime, most: int) -> int:
    """Erase at most so many messages delivered long ago; return how many it were."""
    return _purge(connection, outbox.c.sent_at < now - KEPT, most)


def purge_given_up(connection: Connection, now: datetime, most: int) -> int:
    """Erase at most so many messages that were put in long ago and refused for good; return how many it were."""
    return _purge(connection, outbox.c.error.is_not(None) & (outbox.c.created_at < now - KEPT), most)


def _purge(connection: Connection, over: ColumnElement[bool], most: int) -> int:
    old = select(outbox.c.id).where(over).limit(most)
    return connection.execute(delete(outbox).where(outbox.c.id.in_(old))).rowcount


def _of_chats(table: Table) -> ColumnElement[bool]:
    """Return the condition that a row is of one of the chats named when the statement is executed."""
    return (table.c.channel == bindparam("channel")) & table.c.chat_id.in_(bindparam("chats", expanding=True))


_SHOWN = ("id", "channel", "chat_id", "kind", "payload", "created_at", "due_at", "attempts", "bulk", "worker")
_QUEUES_WITH_BULK = select(*(outbox.c[name] for name in _SHOWN)).where(waiting, _of_chats(outbox)).order_by(outbox.c.id)
_QUEUES = _QUEUES_WITH_BULK.where(~outbox.c.bulk | outbox.c.worker.is_not(None))
_POST = insert(outbox).returning(outbox.c.id, sort_by_parameter_order=True)
_NOTE_SENT = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(sent_at=bindparam("now"))
    .returning(outbox.c.id)
)
_CARDS = select(cards.c.channel, cards.c.chat_id, cards.c.card, cards.c.message_id).where(_of_chats(cards))
_REMEMBER_CARD = dialects.Upsert(cards, ("channel", "chat_id", "card"), replaces=("message_id",))


def _same_chat(condition: Callable[[FromClause], ColumnElement[bool]]) -> ColumnElement[bool]:
    """Whether any waiting message of the same chat fulfils a condition."""
    other = outbox.alias()
    here = (other.c.channel == outbox.c.channel) & (other.c.chat_id == outbox.c.chat_id)
    waits = other.c.sent_at.is_(None) & other.c.error.is_(None) & other.c.held.is_(None)
    return select(other.c.id).where(here, waits, condition(other)).exists()


def _queues(
    connection: Connection, addresses: Iterable[Address], *, bulk: bool = False
) -> dict[Address, list[Row[Any]]]:
    """Return what waits for these chats, oldest first; of bulk, unless asked for, only what is in somebody's hands."""
    query = _QUEUES_WITH_BULK if bulk else _QUEUES
    queues: dict[Address, list[Row[Any]]] = defaultdict(list)
    for channel, chats in by_channel(addresses):
        for row in connection.execute(query, {"channel": channel, "chats": chats}):
            queues[Address(row.channel, row.chat_id)].append(row)
    return queues


def _take(connection: Connection, queues: Iterable[Sequence[Row[Any]]], worker: str) -> list[Letter]:
    """Take the first letter of each queue that is still needed, and claim it."""
    letters, pointless, unclaimed = [], [], []
    for stored in queues:
        queue, messages = _readable(connection, stored)
        if not queue:
            continue
        first = _first_needed(messages)
        row, due = queue[first], max(row.due_at for row in queue[: first + 1])
        pointless += [row.id for row in queue[:first]]
        unclaimed += [row.id] if row.worker is None else []
        address = Address(row.channel, row.chat_id)
        letters.append(Letter(row.id, address, messages[first], row.created_at, due, row.attempts, row.bulk))
    if pointless:
        connection.execute(delete(outbox).where(outbox.c.id.in_(pointless)))
    if unclaimed:
        connection.execute(update(outbox).where(outbox.c.id.in_(unclaimed)).values(worker=worker))
    known = _cards(connection, [(letter.address, letter.message) for letter in letters])
    return [replace(letter, edits=known.get((letter.address, letter.message.card))) for letter in letters]


def _readable(connection: Connection, queue: Iterable[Row[Any]]) -> tuple[Sequence[Row[Any]], Sequence[Message]]:
    """Return a queue's rows with their messages; what a newer program wrote here is given up, and holds up nobody."""
    rows: list[Row[Any]] = []
    messages: list[Message] = []
    for row in queue:
        try:
            message = read(row.kind, row.payload)
        except Exception as error:  # whatever is stored there, the others' messages must go on
            fault = update(outbox).where(outbox.c.id == row.id)
            connection.execute(fault.values(error=f"this program cannot read it: {place(error)}"[:255], worker=None))
        else:
            rows.append(row)
            messages.append(message)
    return rows, messages


def _first_needed(messages: Sequence[Message]) -> int:
    """Return the place of the first message that none behind it makes pointless: of a card's edits the last wins."""
    for first, message in enumerate(messages):
        if not _redraws(message) or not any(_replaces(later, message) for later in messages[first + 1 :]):
            return first
    raise AssertionError("the last message has none behind it")


def _redraws(message: Message) -> bool:
    return edits(message) and not isinstance(message, Freeze)


def _replaces(later: Message, message: Message) -> bool:
    rewrites = _redraws(later) or (isinstance(later, Freeze) and later.text is not None)
    return rewrites and later.card == message.card


# -- writing down -------------------------------------------------------------------------------------------------


def _note_sent(connection: Connection, sent: Sequence[Sent], now: datetime) -> None:
    """Note messages as delivered, and which messages of the channel their cards are now.

    A card whose person was erased meanwhile is forgotten.
    """
    if not sent:
        return
    ids = [fate.letter.id for fate in sent]
    there = set(connection.scalars(_NOTE_SENT, {"ids": ids, "now": now}))
    _remember_cards(connection, [fate for fate in sent if fate.letter.id in there])
    for fate in sent:
        _forget_frozen(connection, fate.letter)


def _forget_frozen(connection: Connection, letter: Letter) -> None:
    """Forget a card that was frozen, or could not be: it is never touched again."""
    if isinstance(letter.message, Freeze):
        connection.execute(delete(cards).where(_is_card(letter.address, letter.message.card)))


def _remember_cards(connection: Connection, sent: Iterable[Sent]) -> None:
    rows = [
        {"channel": letter.address.channel, "chat_id": letter.address.chat, "card": card, "message_id": message_id}
        for letter, message_id in ((fate.letter, fate.message_id) for fate in sent)
        if (card := letter.message.card) is not None and message_id not in (None, letter.edits)
    ]
    if rows:
        _REMEMBER_CARD.execute(connection, rows)


def _change(connection: Connection, letter: Letter, **values: Any) -> None:
    connection.execute(update(outbox).where(outbox.c.id == letter.id).values(values))


def _cards(
    connection: Connection, addressed: Iterable[tuple[Address, Message]]
) -> Mapping[tuple[Address, int | None], str]:
    """Return which messages of the channel the cards became that are to be edited."""
    edited = {address for address, message in addressed if edits(message)}
    return {
        (Address(row.channel, row.chat_id), row.card): row.message_id
        for channel, chats in by_channel(edited)
        for row in connection.execute(_CARDS, {"channel": channel, "chats": chats})
    }


def by_channel(addresses: Iterable[Address]) -> Iterator[tuple[str, list[str]]]:
    """Yield each channel with its chats: an index finds those at once, where pairs would mean a search."""
    chats: dict[str, list[str]] = defaultdict(list)
    for address in addresses:
        chats[address.channel].append(address.chat)
    yield from chats.items()


def _is_card(address: Address, card: int) -> ColumnElement[bool]:
    return (cards.c.channel == address.channel) & (cards.c.chat_id == address.chat) & (cards.c.card == card)
