"""Consents in the store and at work: what each use comes to, what is shown of it, and what is left of nobody's yes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, insert, select

from bot.conversation.effects import Consent, Decision
from bot.figures.funnel import read_funnel
from bot.local.person import Person
from bot.store import consents, imported, schema, tombstones
from bot.store.backup import back_up, restore
from bot.store.database import Store, migrations
from bot.store.imported import ImportedRow
from bot.store.labelled import REFUSED, entries, labelled, stated_counts
from bot.store.letters import Address
from bot.undecided import erase_undecided
from engine.survey import Survey
from tests.bot.desk.staff import ask, heard
from tests.bot.figures.runs import come
from tests.bot.house import PSEUDONYMS, address_of
from tests.bot.running import RunningBot, answer_everything, begin, stored
from tests.bot.tables.people import ANSWERS, MINUTE, NOON, name_of, person, response
from tests.postgres import engine_for

WITHOUT_TRAINING = "I'm 15+: start, no training"


async def decide(store: Store, whose: int, use: str, decision: Decision, at: datetime = NOON) -> None:
    noted = Consent({use: decision}, f"{use}: {decision}", "en")
    await store.step(lambda connection: consents.note(connection, [(whose, noted)], at))


async def learnt_from(store: Store) -> list[str]:
    return await store.look(lambda connection: [row.id for row in labelled(connection, PSEUDONYMS)])


# -- what follows from a refusal ------------------------------------------------------------------------------


async def test_nobody_learns_from_who_does_not_allow_it_and_an_export_says_so(store: Store) -> None:
    ann, bob = await person(store, "1"), await person(store, "2")
    for whose in (ann, bob):
        await response(store, whose)
    await decide(store, ann, "training", "withdrawn")

    assert await learnt_from(store) == [name_of("2")]
    assert await store.look(lambda connection: stated_counts(connection, PSEUDONYMS)) == {"Yes": 1}
    exported = await store.look(lambda connection: list(entries(connection, PSEUDONYMS)))
    assert [(row.id, row.why_not) for row in exported] == [(name_of("1"), REFUSED), (name_of("2"), None)]


async def test_who_allows_it_again_counts_again(store: Store) -> None:
    ann = await person(store, "1")
    await response(store, ann)
    await decide(store, ann, "training", "refused")
    await decide(store, ann, "training", "given")

    assert await learnt_from(store) == [name_of("1")]


async def test_imported_answers_of_who_refuses_are_not_learnt_from(store: Store) -> None:
    await decide(store, await person(store, "1"), "training", "refused")
    for identity in (name_of("1"), "7"):
        row = ImportedRow(identity, ANSWERS, "No", "moved.xlsx")
        await store.step(partial(imported.put, rows=[row], now=NOON))

    assert await learnt_from(store) == ["7"]
    assert await store.look(lambda connection: stated_counts(connection, PSEUDONYMS)) == {"No": 1}


async def test_who_refuses_statistics_is_in_no_export_and_may_still_be_learnt_from(store: Store) -> None:
    ann = await person(store, "1")
    await response(store, ann)
    await decide(store, ann, "statistics", "withdrawn")

    assert await store.look(lambda connection: list(entries(connection, PSEUDONYMS))) == []
    assert await learnt_from(store) == [name_of("1")]


async def test_imported_answers_of_who_refuses_statistics_are_in_no_export_either(store: Store) -> None:
    await decide(store, await person(store, "1"), "statistics", "withdrawn")
    rows = [ImportedRow(identity, ANSWERS, "No", "moved.xlsx") for identity in (name_of("1"), f"{name_of('1')}-2", "7")]
    await store.step(partial(imported.put, rows=rows, now=NOON))

    exported = await store.look(lambda connection: list(entries(connection, PSEUDONYMS)))

    assert [row.id for row in exported] == ["7"]


async def test_a_withdrawal_counts_for_models_that_may_have_learnt_from_the_answers(store: Store) -> None:
    ann, bob, cy = [await person(store, user) for user in "123"]
    for whose in (ann, bob, cy):
        await response(store, whose)
    await decide(store, ann, "training", "withdrawn", NOON + 2 * MINUTE)
    await decide(store, bob, "training", "refused", NOON - MINUTE)
    await decide(store, cy, "training", "withdrawn", NOON + 2 * MINUTE)
    await decide(store, cy, "training", "given", NOON + 3 * MINUTE)

    async def withdrawn_since(trained_at: datetime) -> int:
        return await store.look(lambda connection: consents.withdrawn_since(connection, trained_at))

    assert await withdrawn_since(NOON - MINUTE) == 0
    assert await withdrawn_since(NOON + MINUTE) == 1
    assert await withdrawn_since(NOON + 3 * MINUTE) == 0


async def test_no_model_counts_as_having_learnt_from_who_never_allowed_it(store: Store) -> None:
    ann, bob = await person(store, "1"), await person(store, "2")
    for whose in (ann, bob):
        await response(store, whose)
    await decide(store, ann, "training", "refused", NOON - MINUTE)
    await decide(store, bob, "training", "given", NOON + MINUTE)

    left = [await store.look(partial(tombstones.traces, person=whose)) for whose in (ann, bob)]

    assert [traces.labelled_at for traces in left] == [None, NOON + MINUTE]


# -- what is noted --------------------------------------------------------------------------------------------


async def test_a_consent_can_be_shown_with_its_words_time_and_language(store: Store) -> None:
    ann = await person(store, "1")
    first = Consent({"result": "given", "training": "refused"}, "The terms [start]", "en")
    again = Consent({"training": "given"}, "Les conditions [oui]", "fr")
    for consent, at in ((first, NOON), (again, NOON + MINUTE), (again, NOON + 2 * MINUTE)):
        await store.step(partial(consents.note, decided=[(ann, consent)], now=at))

    query = select(
        schema.consents.c.use,
        schema.consents.c.decision,
        schema.consents.c.at,
        schema.consent_texts.c.words,
        schema.consent_texts.c.language,
    ).join(schema.consent_texts)
    rows = await store.look(lambda connection: connection.execute(query.order_by(schema.consents.c.id)).all())
    assert [tuple(row) for row in rows] == [
        ("result", "given", NOON, "The terms [start]", "en"),
        ("training", "refused", NOON, "The terms [start]", "en"),
        ("training", "given", NOON + MINUTE, "Les conditions [oui]", "fr"),
        ("training", "given", NOON + 2 * MINUTE, "Les conditions [oui]", "fr"),
    ]
    texts = await store.look(lambda connection: connection.execute(select(schema.consent_texts)).all())
    assert len(texts) == 2


def test_who_agreed_before_uses_were_told_apart_agreed_to_all_of_them(database: str) -> None:
    engine = engine_for(database)
    with engine.begin() as connection:
        command.upgrade(migrations(connection), "0003")
        connection.execute(insert(schema.people), [_someone(number) for number in (1, 2, 3, 4)])
        for number, data in (
            (1, {"consented_at": "2026-10-01T08:00:00+00:00", "language": "fr"}),
            (2, {"consented_at": None, "language": "en"}),
            (3, {"consented_at": None, "language": "en"}),
        ):
            connection.execute(
                insert(schema.sessions).values(person_id=number, data=data, survey_hash="", updated_at=NOON)
            )
        _add_old_response(connection, 2)

    with engine.begin() as connection:
        command.upgrade(migrations(connection), "head")
        noted = connection.execute(select(schema.consents).order_by(schema.consents.c.id)).all()
        words = connection.execute(select(schema.consent_texts.c.version)).all()
    engine.dispose()

    by_person = {number: [row for row in noted if row.person_id == number] for number in (1, 2)}
    assert len(noted) == 6
    assert {(row.use, row.decision) for row in by_person[1]} == {
        ("result", "given"),
        ("statistics", "given"),
        ("training", "given"),
    }
    assert {(row.at, row.language) for row in by_person[1]} == {(datetime(2026, 10, 1, 8, tzinfo=UTC), "fr")}
    assert {(row.at, row.text_version) for row in by_person[2]} == {(NOON - MINUTE, "before")}
    assert words == [("before",)]


def _someone(number: int) -> dict[str, object]:
    return {"id": number, "channel": "telegram", "user_id": str(number), "created_at": NOON}


def _add_old_response(connection: Connection, whose: int) -> None:
    known = {"run": "old", "answers": {}, "outcome": "complete", "consented_at": NOON - MINUTE, "finished_at": NOON}
    connection.execute(insert(schema.responses).values(person_id=whose, **known))


# -- nobody's yes ---------------------------------------------------------------------------------------------


async def test_after_a_day_of_who_never_agreed_only_that_somebody_came_is_left(running: RunningBot) -> None:
    async with running.person() as undecided, running.person() as agreed:
        await undecided.start("market-day")
        await heard(undecided, "To agree")
        await begin(agreed)
        store = Store.open(running.database)
        tomorrow = datetime.now(UTC) + timedelta(hours=25)

        assert await erase_undecided(store) == 0
        assert await erase_undecided(store, clock=lambda: tomorrow) == 1
        store.close()

        assert running.stored(select(schema.people.c.user_id)) == [(address_of(agreed.chat_id).chat,)]
        assert running.stored(select(schema.tombstones)) == []
        [left] = running.stored(select(schema.runs).where(schema.runs.c.person_id.is_(None)))
        assert (left.campaign, left.ended_by) == ("market-day", "undecided")
        card = undecided.messages[-1]
        await undecided.tap_data(card.id, card.buttons[0].data or "")
        await heard(undecided, "That button is from earlier in our chat")


async def test_who_never_agreed_counts_as_somebody_who_pressed_start(store: Store, home: Survey) -> None:
    await come(store, (), ended_by="undecided", person_id=None)
    await come(store, ("consented",))
    refusing = await person(store, "refusing")
    await come(store, ("consented",), person_id=refusing)
    await decide(store, refusing, "statistics", "refused")

    funnel = await store.look(lambda connection: read_funnel(connection, home))

    assert [stage.people for stage in funnel.stages[:2]] == [2, 1]
    assert funnel.declined == 0


@pytest.mark.parametrize("told", [{"refused": []}, {}], ids=["uses told apart", "of an earlier release"])
async def test_an_older_backup_does_not_give_back_what_was_withdrawn_since(
    told: dict[str, list[str]], store: Store, database: str, tmp_path: Path
) -> None:
    ann, bob = await person(store, "1"), await person(store, "2")
    session = {"person_id": ann, "data": told, "survey_hash": "", "updated_at": NOON}
    await store.step(lambda connection: connection.execute(insert(schema.sessions).values(session)))
    for whose in (ann, bob):
        await response(store, whose)
        await decide(store, whose, "training", "given")
    await decide(store, bob, "statistics", "refused")
    await decide(store, bob, "statistics", "given", NOON + MINUTE)
    back_up(database, tmp_path / "backup.db")
    await decide(store, ann, "training", "withdrawn", NOON + MINUTE)
    store.close()

    restore(database, tmp_path / "backup.db", tmp_path, NOON, PSEUDONYMS)

    flags = schema.people.c.no_training, schema.people.c.no_statistics
    refused = stored(database, select(*flags).order_by(schema.people.c.id))
    assert refused == [(True, False), (False, False)]
    assert stored(database, select(schema.sessions.c.data)) == [({"refused": ["training"]},)]
    [withdrawn] = stored(database, select(schema.consents).where(schema.consents.c.decision == "withdrawn"))
    assert (withdrawn.use, withdrawn.at) == ("training", NOON + MINUTE)


# -- at work --------------------------------------------------------------------------------------------------


async def take_part_without_training(person: Person) -> None:
    await person.start("market-day")
    await heard(person, "To agree")
    await person.tap(WITHOUT_TRAINING)
    await heard(person, "Question 1 of 7")


async def test_a_person_refuses_training_gets_the_result_sees_everything_and_is_erased(running: RunningBot) -> None:
    async with running.person() as person:
        await take_part_without_training(person)
        await answer_everything(person)
        pseudonym = PSEUDONYMS.of(Address("telegram", str(person.chat_id)))

        data = await ask(person, "/mydata", "Everything I keep about you")
        file = await ask(person, "/mydata_file", "Everything I keep about you")
        store = Store.open(running.database)
        assert await learnt_from(store) == []
        store.close()
        card = await ask(person, "/privacy", "✗ training")
        assert card.buttons[0].label == "You may train with my answers"
        await person.tap("You may train with my answers")
        await heard(person, "Noted.")
        await person.say("/delete")
        await person.tap("Yes, erase everything")
        receipt = await heard(person, "everything I kept about you is erased")

        await ask(person, "/mydata", "You had yourself erased on")

    for words in (
        f"Your number in the survey team's tables: {pseudonym}",
        "The link you first came by: market-day; the latest: market-day",
        "training: no (English, words ",
        "statistics: yes (English, words ",
        "• Usage frequency: Daily (",
        "By the model ",
        "Messages on their way to you: ",
    ):
        assert words in data.text
    assert str(person.chat_id) not in data.text
    assert file.file_id is not None
    for words in ("Finished rounds: 1", "Answers: 7", f"tables was {pseudonym}", "A model that was trained before"):
        assert words in receipt.text
    for table in (schema.people, schema.consents, schema.responses):
        assert stored(running.database, select(table)) == []


async def test_nobodys_name_is_stored(running: RunningBot) -> None:
    async with Person(running.server.url, name="Sokunthea Chan") as person:
        await begin(person)
        await answer_everything(person)

    rows = [str(row) for table in schema.metadata.tables.values() for row in running.stored(select(table))]
    assert rows
    assert not any("Sokunthea" in row or "Chan" in row for row in rows)
