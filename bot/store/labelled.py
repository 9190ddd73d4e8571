"""All answers that the store holds, from the chat and imported, and which of them a training learns from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Subquery, and_, case, exists, func, or_, select

from bot.pseudonyms import Pseudonyms, person_in
from bot.store import consents, imported
from bot.store.imported import ROWS_AT_ONCE, ImportedRow
from bot.store.letters import Address
from bot.store.schema import campaigns, people, responses

UNLABELLED = "no stated answer"
TOLD_BEFORE = "stated after a result was told"
REFUSED = "the person does not allow it"
COUNTED_BEFORE = "another answer of the same person counts"


@dataclass(frozen=True, slots=True)
class Extent:
    """A part of the answers; without any bound it is all of them, imported ones included.

    Attributes
    ----------
    since, until : datetime or None
        Finished at or after the first, before the second.
    campaign : str or None
        The slug of the campaign that the people came by.
    """

    since: datetime | None = None
    until: datetime | None = None
    campaign: str | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing is left out."""
        return self == Extent()


@dataclass(frozen=True, slots=True)
class ChatFacts:
    """What is known of a run that was finished in the chat; campaigns by their names, else by their slugs."""

    attempt: int
    campaign: str | None
    first_campaign: str | None
    last_campaign: str | None
    language: str | None
    consented_at: datetime | None
    finished_at: datetime
    grade: str | None
    probabilities: Mapping[str, float] | None
    segment: str | None
    model_version: str | None
    set_aside: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One run that was finished, or one imported row.

    Attributes
    ----------
    id : str
        The person's pseudonym, later attempts numbered; an imported row keeps its own.
    answers : mapping of str to str or float
        Column -> label, number or 0/1, in the words of the time.
    why_not : str or None
        Why no training learns from it; None: one does.
    imported_from : str or None
        The imported file's name.
    chat : ChatFacts or None
        None for an imported row.
    """

    id: str
    answers: Mapping[str, Any]
    stated: str | None
    why_not: str | None
    imported_from: str | None
    chat: ChatFacts | None


@dataclass(frozen=True, slots=True)
class Labelled:
    """Answers that a training learns from, with what their person said of the target.

    Attributes
    ----------
    id : str
        The person's pseudonym, or the imported row's ID.
    source : str
        "chat", "campaign: " with its name, or "import: " with the file's.
    """

    id: str
    answers: Mapping[str, Any]
    stated: str
    source: str


def labelled(
    connection: Connection, pseudonyms: Pseudonyms, *, in_statistics: bool = False
) -> Generator[Labelled, None, None]:
    """Yield what a training learns from.

    One person counts once: the first complete run with a stated answer that was finished before anything was told to
    them; tests don't, nor do those who do not allow it. Imported rows count, except where the same person's answer does
    already, or the person does not allow it.

    ``in_statistics`` leaves out who refuses to be in statistics, too.
    """
    query, refused = _within(Extent()), [people.c.no_training]
    if in_statistics:
        query = query.where(responses.c.person_id.not_in(consents.refusing_statistics()))
        refused.append(people.c.no_statistics)
    with closing(_entries(connection, pseudonyms, query, or_(*refused))) as found:
        for entry in found:
            if entry.why_not is None and entry.stated is not None:
                identity = entry.id if entry.chat is None else person_in(entry.id) or entry.id
                yield Labelled(identity, entry.answers, entry.stated, _source(entry))


def stated_counts(connection: Connection, pseudonyms: Pseudonyms) -> Counter[str]:
    """Count what `labelled` yields, by what was stated, without reading anybody's answers."""
    learnt = learnt_from().subquery()
    by_stated = select(learnt.c.stated, func.count().label("number")).group_by(learnt.c.stated)
    counts = Counter({row.stated: row.number for row in connection.execute(by_stated)})
    counted: set[str] | None = None
    refusing = _named(connection, pseudonyms, people.c.no_training)
    for identity, stated in imported.labels(connection):
        if (person := person_in(identity)) is not None:
            if counted is None:
                counted = _people_of(connection, learnt, pseudonyms)
            if person in counted or person in refusing:
                continue
            counted.add(person)
        counts[stated] += 1
    return counts


def _named(connection: Connection, pseudonyms: Pseudonyms, refusing: ColumnElement[bool]) -> frozenset[str]:
    """Return the pseudonyms of those who do not allow a use of their answers."""
    rows = connection.execute(select(people.c.channel, people.c.user_id).where(refusing))
    return frozenset(pseudonyms.of(Address(row.channel, row.user_id)) for row in rows)


def _people_of(connection: Connection, learnt: Subquery, pseudonyms: Pseudonyms) -> set[str]:
    query = select(people.c.channel, people.c.user_id).join(learnt, learnt.c.person_id == people.c.id)
    with connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        return {pseudonyms.of(Address(row.channel, row.user_id)) for row in rows}


def learnt_from() -> Select[Any]:
    """Return the query for the runs in the chat that a training learns from: their ids, people and stated answers."""
    numbered = _numbered()
    return (
        select(responses.c.id, responses.c.person_id, responses.c.stated)
        .join(numbered, numbered.c.id == responses.c.id)
        .where(
            responses.c.stated.is_not(None),
            ~numbered.c.told_before,
            numbered.c.counting == 1,
            responses.c.person_id.not_in(consents.refusing_training()),
        )
    )


def _source(entry: Entry) -> str:
    if entry.chat is None:
        return f"import: {entry.imported_from}"
    return "chat" if entry.chat.campaign is None else f"campaign: {entry.chat.campaign}"


def entries(connection: Connection, pseudonyms: Pseudonyms, extent: Extent = Extent()) -> Generator[Entry, None, None]:
    """Yield all complete runs that are no tests, as they were finished, and then imported rows as they came.

    Left out is who refuses to be in statistics, with the rows that came back under their pseudonym. Imported rows have
    neither a date nor a campaign: they belong only to the whole.
    """
    counted = responses.c.person_id.not_in(consents.refusing_statistics())
    left_out = _named(connection, pseudonyms, people.c.no_statistics) if extent.whole else frozenset[str]()
    with closing(_entries(connection, pseudonyms, _within(extent).where(counted), imports=extent.whole)) as found:
        for entry in found:
            if entry.chat is not None or person_in(entry.id) not in left_out:
                yield entry


def _entries(
    connection: Connection,
    pseudonyms: Pseudonyms,
    query: Select[Any],
    refused: ColumnElement[bool] = people.c.no_training,
    *,
    imports: bool = True,
) -> Generator[Entry, None, None]:
    names = {row.slug: row.name for row in connection.execute(select(campaigns.c.slug, campaigns.c.name))}
    refusing, counted = _named(connection, pseudonyms, refused), set[str]()
    with connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        for row in rows:
            person, why_not = pseudonyms.of(Address(row.channel, row.user_id)), _why_not(row)
            if why_not is None:
                counted.add(person)
            identity = person if row.attempt == 1 else f"{person}-{row.attempt}"
            yield Entry(identity, row.answers, row.stated, why_not, None, _chat_facts(row, names))
    if imports:
        for found in imported.everything(connection):
            yield _imported(found, counted, refusing)


def _imported(row: ImportedRow, counted: set[str], refusing: Collection[str]) -> Entry:
    person, why_not = person_in(row.id), None
    if person is not None:
        why_not = REFUSED if person in refusing else COUNTED_BEFORE if person in counted else None
        counted.add(person)
    return Entry(row.id, row.answers, row.stated, why_not, row.source, None)


def _why_not(row: Row[Any]) -> str | None:
    if row.no_training:
        return REFUSED
    if row.stated is None:
        return UNLABELLED
    if row.told_before:
        return TOLD_BEFORE
    return COUNTED_BEFORE if row.counting > 1 else None


def _chat_facts(row: Row[Any], names: Mapping[str, str]) -> ChatFacts:
    return ChatFacts(
        attempt=row.attempt,
        campaign=names.get(row.campaign, row.campaign),
        first_campaign=names.get(row.first_campaign, row.first_campaign),
        last_campaign=names.get(row.last_campaign, row.last_campaign),
        language=row.language,
        consented_at=row.consented_at,
        finished_at=row.finished_at,
        grade=row.grade,
        probabilities=row.probabilities,
        segment=row.segment,
        model_version=row.model_version,
        set_aside=row.set_aside,
    )


def _within(extent: Extent) -> Select[Any]:
    """Return the query for an extent's runs; what attempt each was does not depend on the extent."""
    numbered = _numbered()
    told = (column for column in responses.c if column.name not in ("id", "person_id"))
    query = (
        select(
            *told,
            people.c.channel,
            people.c.user_id,
            people.c.first_campaign,
            people.c.last_campaign,
            people.c.no_training,
            numbered.c.attempt,
            numbered.c.told_before,
            numbered.c.counting,
        )
        .join(numbered, numbered.c.id == responses.c.id)
        .join(people, people.c.id == responses.c.person_id)
        .order_by(responses.c.id)
    )
    if extent.since is not None:
        query = query.where(responses.c.finished_at >= extent.since)
    if extent.until is not None:
        query = query.where(responses.c.finished_at < extent.until)
    if extent.campaign is not None:
        query = query.where(responses.c.campaign == extent.campaign)
    return query


def _numbered() -> Any:
    """Return, of each complete run: which attempt it was, and how many up to it could count for a training."""
    other = responses.alias("other")
    told_before = exists().where(
        other.c.person_id == responses.c.person_id,
        other.c.id != responses.c.id,
        other.c.told_at <= responses.c.finished_at,
    )
    complete = (
        select(responses.c.id, responses.c.person_id, responses.c.stated, told_before.label("told_before"))
        .where(responses.c.outcome == "complete", responses.c.test.is_(False))
        .subquery("complete")
    )
    could_count = case((and_(complete.c.stated.is_not(None), ~complete.c.told_before), 1), else_=0)
    return select(
        complete.c.id,
        complete.c.told_before,
        func.row_number().over(partition_by=complete.c.person_id, order_by=complete.c.id).label("attempt"),
        func.sum(could_count).over(partition_by=complete.c.person_id, order_by=complete.c.id).label("counting"),
    ).subquery("numbered")
