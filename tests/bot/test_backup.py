"""Backups: from either kind of database to either, older ones and foreign ones, and beside a bot at work."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, Table, column, func, insert, select, text, update

from bot.conversation.effects import Say
from bot.store import schema
from bot.store.backup import back_up, backup_folder, restore
from bot.store.database import Store, StoreError, migrations
from bot.store.ids import KEY_FACT, STATE_FACT
from bot.store.letters import Address
from bot.store.snapshot import Row, copy_rows, program_version, snapshot
from tests.bot.house import PSEUDONYMS, address_of
from tests.bot.running import RunningBot, answer_everything, begin, stored, tap_first
from tests.postgres import Postgres, engine_for

NOON = datetime(2026, 1, 2, 12, 30, 15, 123456, tzinfo=UTC)
LATER = NOON + timedelta(hours=3)
SOKHA, DARA, NEWCOMER = (address_of(number) for number in (7, 8, 9))
COPIED = [
    table for table in schema.metadata.sorted_tables if table.name not in ("workers", "budget", "alerts", "facts")
]


@pytest.fixture(params=["sqlite", "postgresql"])
def other_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a second database, so that every way from one kind to the other is gone."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'elsewhere' / 'answers.db'}"
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.new_database()
        yield url
        postgres.drop(url)


def fill(connection: Connection) -> None:
    """Put something of every kind into every table: text beyond ASCII, times, absences, whole files."""
    for number, who in enumerate((SOKHA, DARA), start=3):
        person = {"id": number, "channel": "telegram", "user_id": who.chat, "created_at": NOON, "gone_at": None}
        connection.execute(insert(schema.people).values(person))
    connection.execute(update(schema.people).where(schema.people.c.id == 4).values(gone_at=LATER))
    session = {"person_id": 3, "data": {"answers": {"Amt": "100–300"}, "age": 3.5}, "survey_hash": "h"}
    connection.execute(insert(schema.sessions).values(**session, updated_at=NOON))
    response = {"id": 9, "run": "r", "person_id": 4, "answers": {"ឆ្លើយ": ["ខ្មែរ", 1, None, True]}}
    connection.execute(insert(schema.responses).values(**response, outcome="complete", finished_at=NOON, grade="B"))
    seen = {"channel": "telegram", "update_id": 2**40, "seen_at": NOON}
    connection.execute(insert(schema.seen_updates).values(seen))
    parked = {"channel": "telegram", "kind": "Typed", "error": "KeyError in a.py:1", "parked_at": NOON}
    connection.execute(insert(schema.parked_updates).values(parked))
    put(connection, 11, "told before", sent_at=LATER)
    put(connection, 12, "not sent yet", worker="a-worker")
    put(connection, 15, "written to many", bulk=True, worker=None)
    connection.execute(insert(schema.cards).values(channel="telegram", chat_id=SOKHA.chat, card=1, message_id="99"))
    model = {"id": "v1", "manifest": {"rows": 104}, "archive": bytes(range(256)) * 40, "active": True}
    connection.execute(insert(schema.models).values(**model, stored_at=NOON))
    connection.execute(insert(schema.facts).values(name="survey", value="mobile"))
    connection.execute(insert(schema.workers).values(id="a-worker", beat=7, started_at=NOON))
    connection.execute(insert(schema.budget).values(id=1, passed=[1.5]))
    connection.execute(insert(schema.alerts).values(kind="disk", detail="full", raised_at=NOON))


def put(connection: Connection, number: int, words: str, **values: Any) -> None:
    row = {"id": number, "channel": "telegram", "chat_id": SOKHA.chat, "kind": "say", "payload": {"text": words}}
    connection.execute(insert(schema.outbox).values({**row, "created_at": NOON, "due_at": NOON, **values}))


def change(url: str, work: Callable[[Connection], Any]) -> Any:
    """Do something in a database as another program would."""
    Store.open(url).close()
    engine = engine_for(url)
    with engine.begin() as connection:
        done = work(connection)
    engine.dispose()
    return done


def rows(url: str, table: Table) -> list[Any]:
    return stored(url, select(table).order_by(*table.primary_key))


def words_waiting(url: str) -> list[str]:
    columns = schema.outbox.c
    query = select(columns.payload).where(columns.sent_at.is_(None)).order_by(columns.id)
    return [payload["text"] for (payload,) in stored(url, query)]


# -- there and back -------------------------------------------------------------------------------------------


def test_what_was_backed_up_comes_back_whole_in_either_kind_of_database(
    database: str, other_database: str, tmp_path: Path
) -> None:
    change(database, fill)

    contents = back_up(database, tmp_path / "backup.db")
    restored = restore(other_database, tmp_path / "backup.db", tmp_path, NOON, PSEUDONYMS)

    assert (contents.people, contents.responses) == (2, 1)
    assert restored.contents == contents
    assert restored.before is None
    for table in COPIED:
        if table is not schema.outbox:
            assert rows(other_database, table) == rows(database, table), table.name
    of_the_messages = [column for column in schema.outbox.c if column.name not in ("id", "worker")]
    in_order = select(*of_the_messages).order_by(schema.outbox.c.id)
    assert stored(other_database, in_order) == stored(database, in_order)


def test_what_is_true_of_the_moment_is_neither_restored_nor_replaced(database: str, tmp_path: Path) -> None:
    change(database, fill)
    back_up(database, tmp_path / "backup.db")
    of_the_moment = (schema.workers, schema.budget, schema.alerts, schema.facts)

    def erase(connection: Connection) -> None:
        for table in of_the_moment:
            connection.execute(table.delete())

    change(database, erase)

    restore(database, tmp_path / "backup.db", tmp_path, NOON, PSEUDONYMS)

    assert [rows(database, table) for table in of_the_moment[:3]] == [[]] * 3
    assert {name for name, _ in rows(database, schema.facts)} == {KEY_FACT, STATE_FACT}, "and those are its own"
    assert {worker for *_, worker, _, _ in rows(database, schema.outbox)} == {None}


def test_what_came_after_the_backup_is_gone_but_kept_beside(database: str, other_database: str, tmp_path: Path) -> None:
    change(database, fill)
    back_up(database, tmp_path / "backup.db")
    newcomer = {"channel": "telegram", "user_id": NEWCOMER.chat, "created_at": NOON}
    change(database, lambda connection: connection.execute(insert(schema.people).values(newcomer)))

    restored = restore(database, tmp_path / "backup.db", tmp_path / "kept", NOON, PSEUDONYMS)

    users = select(schema.people.c.user_id)
    assert set(stored(database, users)) == {(SOKHA.chat,), (DARA.chat,)}
    assert restored.before == tmp_path / "kept" / "before-restore-20260102T123015Z.db"
    restore(other_database, restored.before, tmp_path, NOON, PSEUDONYMS)
    assert set(stored(other_database, users)) == {(SOKHA.chat,), (DARA.chat,), (NEWCOMER.chat,)}


def test_updates_seen_since_the_backup_stay_seen(database: str, tmp_path: Path) -> None:
    change(database, fill)
    back_up(database, tmp_path / "backup.db")

    def go_on(connection: Connection) -> None:
        connection.execute(schema.seen_updates.delete())
        values = {"channel": "telegram", "update_id": 2**40 + 1, "seen_at": LATER}
        connection.execute(insert(schema.seen_updates).values(values))

    change(database, go_on)

    restore(database, tmp_path / "backup.db", tmp_path, NOON, PSEUDONYMS)
    restore(database, tmp_path / "backup.db", tmp_path, NOON, PSEUDONYMS)

    assert [row.update_id for row in rows(database, schema.seen_updates)] == [2**40, 2**40 + 1]


def test_restored_messages_get_numbers_that_were_never_given_and_keep_their_order(
    database: str, tmp_path: Path
) -> None:
    change(database, fill)
    back_up(database, tmp_path / "backup.db")

    def say_and_erase(connection: Connection) -> int:
        """What a bot may have in its hands, erased meanwhile."""
        values = {"channel": "telegram", "chat_id": SOKHA.chat, "kind": "say", "payload": {}, "created_at": NOON}
        engine_gave: int = connection.execute(
            insert(schema.outbox).values(**values, due_at=NOON).returning(schema.outbox.c.id)
        ).scalar_one()
        connection.execute(schema.outbox.delete())
        return engine_gave

    if database.startswith("postgresql"):  # its rows had their numbers from the test, not from the sequence
        change(database, lambda connection: connection.execute(select(func.setval("outbox_id_seq", 40))))
    in_hand = change(database, say_and_erase)

    restore(database, tmp_path / "backup.db", tmp_path, NOON, PSEUDONYMS)

    assert min(row.id for row in rows(database, schema.outbox)) > in_hand
    assert words_waiting(database) == ["not sent yet", "written to many"]


def test_what_is_added_after_a_restore_gets_numbers_of_its_own(database: str, tmp_path: Path) -> None:
    change(database, fill)
    back_up(database, tmp_path / "backup.db")
    restore(database, tmp_path / "backup.db", tmp_path, NOON, PSEUDONYMS)
    highest = {table.name: max(row.id for row in rows(database, table)) for table in NUMBERED}

    def add(connection: Connection) -> None:
        person = {"channel": "telegram", "user_id": "9", "created_at": NOON}
        number = connection.execute(insert(schema.people).values(person).returning(schema.people.c.id)).scalar_one()
        response = {"run": "s", "person_id": number, "answers": {}, "outcome": "complete", "finished_at": NOON}
        connection.execute(insert(schema.responses).values(response))
        parked = {"channel": "telegram", "kind": "Typed", "error": "", "parked_at": NOON}
        connection.execute(insert(schema.parked_updates).values(parked))
        message = {"channel": "telegram", "chat_id": "9", "kind": "say", "payload": {}, "created_at": NOON}
        connection.execute(insert(schema.outbox).values(**message, due_at=NOON))

    change(database, add)

    assert all(max(row.id for row in rows(database, table)) > highest[table.name] for table in NUMBERED)


NUMBERED = (schema.people, schema.responses, schema.parked_updates, schema.outbox)


def test_more_rows_than_are_in_memory_at_once_are_copied(
    database: str, other_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.snapshot.ROWS_AT_ONCE", 2)
    people = [{"channel": "telegram", "user_id": address_of(number).chat, "created_at": NOON} for number in range(7)]
    change(database, lambda connection: connection.execute(insert(schema.people), people))

    back_up(database, tmp_path / "backup.db")
    restore(other_database, tmp_path / "backup.db", tmp_path, NOON, PSEUDONYMS)

    assert rows(other_database, schema.people) == rows(database, schema.people)


# -- the file -------------------------------------------------------------------------------------------------


def test_a_backup_is_one_whole_sqlite_file_at_the_current_revision(database: str, tmp_path: Path) -> None:
    change(database, fill)
    folder = tmp_path / "backups"
    folder.mkdir()
    [revision] = stored(database, select(column("version_num")).select_from(text("alembic_version")))

    back_up(database, folder / "backup.db")

    assert [path.name for path in folder.iterdir()] == ["backup.db"]
    with closing(sqlite3.connect(folder / "backup.db")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == revision
        assert copy.execute("SELECT program_version FROM backup").fetchone() == (program_version(),)


def test_an_existing_file_is_never_overwritten(database: str, tmp_path: Path) -> None:
    change(database, fill)
    letter = tmp_path / "letter.db"
    letter.write_text("Dear all", encoding="utf-8")

    with pytest.raises(StoreError, match=r"letter\.db: exists already, and is never overwritten; name a new file"):
        back_up(database, letter)

    assert letter.read_text(encoding="utf-8") == "Dear all"


def test_a_backup_that_fails_leaves_no_file(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(database, fill)
    folder = tmp_path / "backups"
    folder.mkdir()
    monkeypatch.setattr("bot.store.snapshot.fault", lambda _: "row 7 missing from index")

    with pytest.raises(StoreError, match="the copy is damaged, and so perhaps the database is"):
        back_up(database, folder / "backup.db")

    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_file_that_is_not_there_or_a_database_without_tables_is_named(database: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"DATABASE_URL: there is no .*answers\.db to back up"):
        back_up(database, tmp_path / "backup.db")

    assert not (tmp_path / "answers.db").exists()


def test_a_database_without_tables_has_nothing_to_back_up(postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.new_database()

    with pytest.raises(StoreError, match="has no tables of this program yet: nothing to back up"):
        back_up(url, tmp_path / "backup.db")


def test_a_folder_that_is_not_there_is_named(database: str, tmp_path: Path) -> None:
    change(database, fill)

    with pytest.raises(StoreError, match=r"there is no folder .*nowhere; make it, or name another one"):
        back_up(database, tmp_path / "nowhere" / "backup.db")


# -- other revisions ------------------------------------------------------------------------------------------


def at_revision(url: str, revision: str) -> None:
    """Take a database's tables to an older revision, with somebody in it."""
    engine = engine_for(url)
    with engine.begin() as connection:
        command.upgrade(migrations(connection), revision)
        connection.exec_driver_sql(
            "INSERT INTO people (id, channel, user_id, created_at) VALUES (5, 'telegram', '7', '2026-01-02 12:00:00')"
        )
    engine.dispose()


def test_a_copy_is_made_at_whatever_revision_the_tables_are(database: str, tmp_path: Path) -> None:
    at_revision(database, "0001")
    engine = engine_for(database)

    snapshot(engine, tmp_path / "before.db")

    engine.dispose()
    with closing(sqlite3.connect(tmp_path / "before.db")) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        assert copy.execute("SELECT user_id FROM people").fetchall() == [("7",)]


def test_an_older_backup_is_brought_up_to_date_on_a_copy(database: str, other_database: str, tmp_path: Path) -> None:
    at_revision(database, "0001")
    back_up(database, tmp_path / "old.db")
    content = (tmp_path / "old.db").read_bytes()

    restore(other_database, tmp_path / "old.db", tmp_path, NOON, PSEUDONYMS)

    assert [(row.user_id, row.created_at.hour) for row in rows(other_database, schema.people)] == [(SOKHA.chat, 12)]
    assert (tmp_path / "old.db").read_bytes() == content


def test_a_newer_backup_is_refused_with_the_version_to_install(database: str, tmp_path: Path) -> None:
    change(database, fill)
    back_up(database, tmp_path / "new.db")
    with closing(sqlite3.connect(tmp_path / "new.db")) as copy, copy:
        copy.execute("UPDATE alembic_version SET version_num = '9999'")
        copy.execute("UPDATE backup SET program_version = '7.0'")
    before = rows(database, schema.people)

    with pytest.raises(StoreError, match=r"new\.db: its tables are at revision 9999, .* install version 7\.0, which"):
        restore(database, tmp_path / "new.db", tmp_path, NOON, PSEUDONYMS)

    assert rows(database, schema.people) == before


# -- files that are no backups --------------------------------------------------------------------------------


def test_a_file_that_is_no_backup_is_refused_and_nothing_changes(database: str, tmp_path: Path) -> None:
    change(database, fill)
    letter, foreign = tmp_path / "letter.db", tmp_path / "foreign.db"
    letter.write_text("Dear all, this is no database, however long it gets. " * 30, encoding="utf-8")
    with closing(sqlite3.connect(foreign)) as other, other:
        other.execute("CREATE TABLE alembic_version (version_num TEXT)")
        other.execute("INSERT INTO alembic_version VALUES ('0001')")

    for path in (letter, foreign):
        with pytest.raises(StoreError, match=rf"{path.name}: not a backup .*; name one that `python -m bot backup`"):
            restore(database, path, tmp_path, NOON, PSEUDONYMS)
    with pytest.raises(StoreError, match=r"nowhere\.db: there is no such file"):
        restore(database, tmp_path / "nowhere.db", tmp_path, NOON, PSEUDONYMS)

    assert len(rows(database, schema.people)) == 2


def test_a_damaged_backup_is_refused(database: str, tmp_path: Path) -> None:
    change(database, fill)
    back_up(database, tmp_path / "backup.db")
    content = bytearray((tmp_path / "backup.db").read_bytes())
    with closing(sqlite3.connect(tmp_path / "backup.db")) as copy:
        [page] = copy.execute("SELECT rootpage FROM sqlite_master WHERE name = 'people'").fetchone()
        [size] = copy.execute("PRAGMA page_size").fetchone()
    content[(page - 1) * size : page * size] = bytes(size)
    (tmp_path / "backup.db").write_bytes(content)

    with pytest.raises(StoreError, match=r"backup\.db: "):
        restore(database, tmp_path / "backup.db", tmp_path, NOON, PSEUDONYMS)

    assert len(rows(database, schema.people)) == 2


def test_a_restore_that_fails_in_the_middle_changes_nothing(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(database, fill)
    back_up(database, tmp_path / "backup.db")
    with closing(sqlite3.connect(tmp_path / "backup.db")) as copy, copy:
        copy.execute("UPDATE people SET user_id = 'changed'||id")
    monkeypatch.setattr("bot.store.backup.copy_rows", partial(copy_until, "responses"))

    with pytest.raises(StoreError, match="cannot be used, and is as it was: No space left"):
        restore(database, tmp_path / "backup.db", tmp_path, NOON, PSEUDONYMS)

    assert [row.user_id for row in rows(database, schema.people)] == [SOKHA.chat, DARA.chat]


def copy_until(name: str, source: Connection, origin: Table, write: Callable[[list[Row]], object]) -> None:
    if origin.name == name:
        raise OSError("No space left on device")
    copy_rows(source, origin, write)


# -- beside a bot at work -------------------------------------------------------------------------------------


async def test_a_running_bot_is_backed_up_and_goes_on_with_what_is_restored(
    running: RunningBot, tmp_path: Path
) -> None:
    async with running.person() as person:
        await begin(person)
        await tap_first(person)
        assert "Question 3 of 7" in (await tap_first(person)).text
        back_up(running.database, tmp_path / "backup.db")
        await tap_first(person)
        assert "Question 5 of 7" in (await tap_first(person)).text

        restore(running.database, tmp_path / "backup.db", tmp_path, NOON, PSEUDONYMS)

        await person.say("/start")
        await person.wait_for(lambda chat: "Question 3 of 7" in chat[-1].text)
        assert (await answer_everything(person)).file_id is not None

    assert stored(running.database, select(func.count(schema.responses.c.id))) == [(1,)]


async def test_a_message_that_was_waiting_is_sent_after_the_restore(running: RunningBot, tmp_path: Path) -> None:
    async with running.person() as person:
        await begin(person)
        hello = partial(put_for, chat=address_of(person.chat_id), words="A word from before")
        change(running.database, hello)
        back_up(running.database, tmp_path / "backup.db")
        restore(running.database, tmp_path / "backup.db", tmp_path, NOON, PSEUDONYMS)

        await person.say("/help")
        await person.wait_for(lambda chat: any(message.text == "A word from before" for message in chat))


def put_for(connection: Connection, chat: Address, words: str) -> None:
    from bot.store import outbox

    outbox.put(connection, chat, [Say(words)], NOON)


def test_copies_that_nobody_named_go_where_the_settings_say(tmp_path: Path) -> None:
    assert backup_folder(f"sqlite:///{tmp_path / 'a.db'}", None) == tmp_path
    assert backup_folder("postgresql://bot@db/bot", None) == Path("backups")
    assert backup_folder("postgresql://bot@db/bot", tmp_path) == tmp_path
