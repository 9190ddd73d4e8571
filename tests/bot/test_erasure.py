"""Being forgotten: what goes, what stays without a person, and who is told of files that hold the answers."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select

from bot.clock import utc_now
from bot.local.person import Person
from bot.store import schema
from bot.store.backup import back_up, restore
from bot.store.letters import Address
from tests.bot.desk.staff import heard, owner_of
from tests.bot.house import PSEUDONYMS, address_of
from tests.bot.running import RunningBot, answer_everything, begin, stored
from tests.postgres import engine_for


async def erase(person: Person) -> None:
    await person.say("/delete")
    await person.tap("Yes, erase everything")
    await heard(person, "everything I kept about you is erased")


async def test_of_an_erased_person_only_that_somebody_came_is_left(running: RunningBot) -> None:
    async with running.person() as person:
        await person.start("market-day")
        await answer_everything(person)
        [run] = running.stored(select(schema.runs.c.run))
        await erase(person)

    for table in (schema.people, schema.sessions, schema.responses, schema.reached):
        assert running.stored(select(table)) == []
    [left] = running.stored(select(schema.runs))
    assert (left.person_id, left.campaign, left.ended_by) == (None, "market-day", "erased")
    assert left.run != run.run
    assert left.started_at == left.started_at.replace(hour=0, minute=0, second=0, microsecond=0)


async def test_an_erased_person_is_remembered_by_a_pseudonym_alone(running: RunningBot) -> None:
    async with running.person() as person:
        await begin(person)
        await answer_everything(person)
        await erase(person)

    [stone] = running.stored(select(schema.tombstones))
    assert stone.pseudonym == PSEUDONYMS.of(Address("telegram", str(person.chat_id)))
    assert stone.labelled_at is not None


async def test_who_declines_leaves_no_tombstone_and_counts_as_somebody_who_came(running: RunningBot) -> None:
    async with running.person() as person:
        await person.start("market-day")
        await heard(person, "To agree")
        await person.say("no")
        await heard(person, "nothing is kept")

    assert running.stored(select(schema.tombstones)) == []
    assert running.stored(select(schema.runs.c.ended_by)) == [("declined",)]


async def test_the_owners_are_told_which_exports_hold_an_erased_persons_answers(running: RunningBot) -> None:
    async with owner_of(running) as owner, running.person() as person:
        await begin(person)
        await answer_everything(person)
        _note_exports(running.database)

        await erase(person)
        told = await heard(owner, "asked to be erased")

    assert "october.xlsx" in told.text
    assert "later.xlsx" in told.text
    assert "earlier.xlsx" not in told.text
    assert "another.xlsx" not in told.text
    assert PSEUDONYMS.of(Address("telegram", str(person.chat_id))) in told.text


def _note_exports(database: str) -> None:
    now = utc_now()
    engine = engine_for(database)
    with engine.begin() as connection:
        connection.execute(
            insert(schema.exports),
            [
                {"name": name, "made_at": made_at, "campaign": campaign, "since": since, "until": None, "rows": 1}
                for name, made_at, campaign, since in (
                    ("earlier.xlsx", now - timedelta(days=1), None, None),
                    ("october.xlsx", now, None, now - timedelta(days=30)),
                    ("another.xlsx", now, "another", None),
                    ("later.xlsx", now + timedelta(hours=1), None, None),
                )
            ],
        )
    engine.dispose()


async def test_an_older_backup_does_not_bring_an_erased_person_back(running: RunningBot, tmp_path: Path) -> None:
    async with running.person() as erased, running.person() as other:
        for person in (erased, other):
            await begin(person)
            await answer_everything(person)
        back_up(running.database, tmp_path / "backup.db")
        await erase(erased)

    await running.stop()
    restored = restore(running.database, tmp_path / "backup.db", tmp_path, utc_now(), PSEUDONYMS)
    running.start(webhook=False)

    assert restored.erased == 1
    assert stored(running.database, select(schema.people.c.user_id)) == [(address_of(other.chat_id).chat,)]
    assert len(stored(running.database, select(schema.responses))) == 1
    assert len(stored(running.database, select(schema.tombstones))) == 1


async def test_who_came_back_after_being_erased_is_restored(running: RunningBot, tmp_path: Path) -> None:
    async with running.person() as person:
        await begin(person)
        await erase(person)
        await begin(person)
        await answer_everything(person)

    await running.stop()
    back_up(running.database, tmp_path / "backup.db")
    restored = restore(running.database, tmp_path / "backup.db", tmp_path, utc_now(), PSEUDONYMS)
    running.start(webhook=False)

    assert restored.erased == 0
    assert len(stored(running.database, select(schema.responses))) == 1
