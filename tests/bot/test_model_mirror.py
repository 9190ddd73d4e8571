"""Versions travel between workers through one PostgreSQL: what one activates all serve, and nobody is rolled back."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas
import pytest
from sqlalchemy import Engine, delete, event, insert, select, update

from bot import app
from bot.app import TelegramBot
from bot.first_model import provide_model
from bot.local.person import Person
from bot.local.server import LocalServer
from bot.model_archive import pack
from bot.model_mirror import SYNCED, ModelMirror
from bot.store import turn
from bot.store.database import Store
from bot.store.models import Known
from bot.store.schema import models as table
from bot.store.schema import responses
from bot.store.turn import Turn
from engine import files, registry
from engine.survey import Survey
from tests.bot.house import PSEUDONYMS
from tests.bot.running import RunningBot, answer_everything, answer_until, stored
from tests.bot.test_commands import Program, folder_of_the_home_survey
from tests.engine.people import write_people

if TYPE_CHECKING:
    from tests.postgres import Postgres

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
ROUNDS = 8
"""More than any of these tests needs until nothing changes any more."""


class Worker:
    """A worker's folder and its mirror of the table; made anew on the same folder it is the worker after a restart."""

    def __init__(self, survey: Survey, folder: Path, url: str) -> None:
        self.survey = survey
        self.folder = folder
        self.store = Store.open(url)
        self.mirror = ModelMirror(self.store, folder, survey)

    @property
    def active(self) -> str | None:
        return registry.active_version(self.folder)

    async def sync(self, times: int = 1) -> None:
        for _ in range(times):
            await self.mirror.sync()

    async def known(self) -> Known:
        return await self.mirror.known()

    def make(self, year: int, **changes: Any) -> str:
        """Store a version like the active one, made in this year, and return its id."""
        model = registry.load_active(self.folder, self.survey)
        source = registry.get(self.folder, model.version)
        manifest = {part: source.manifest[part] for part in ("survey", "data", "metrics", "seed")} | changes
        rows = source.rows.read_text(encoding="utf-8")
        return registry.save(self.folder, model.learnt, manifest, rows, "", datetime(year, 1, 1, tzinfo=UTC))

    def train(self, year: int) -> str:
        """Make a version and activate it, as an operator does on this worker's machine."""
        made = self.make(year)
        registry.activate(self.folder, made, self.survey)
        return made


@pytest.fixture
def url(postgres: Postgres) -> Iterator[str]:
    url = postgres.new_database()
    yield url.replace("postgresql://", "postgresql+psycopg://")
    postgres.drop(url)


@pytest.fixture
def worker(home: Survey, url: str, tmp_path: Path) -> Iterator[Callable[[str], Worker]]:
    """Return what starts a worker with a folder of this name, empty unless one had it before."""
    running: list[Worker] = []

    def start(name: str) -> Worker:
        running.append(Worker(home, tmp_path / name, url))
        return running[-1]

    yield start
    for each in running:
        each.store.close()


@pytest.fixture
async def first(worker: Callable[[str], Worker], trained: Path, tmp_path: Path) -> Worker:
    """Return a worker whose trained version all workers are to use."""
    shutil.copytree(trained, tmp_path / "first")
    first = worker("first")
    await first.sync(2)
    return first


def archive_of(url: str, identity: str) -> bytes:
    [(archive,)] = stored(url, select(table.c.archive).where(table.c.id == identity))
    return bytes(archive)


async def put_into_table(worker: Worker, identity: str, archive: bytes, manifest: dict[str, Any] | None = None) -> None:
    """Store a version past every check and have all workers use it."""

    def put(connection: Any) -> None:
        connection.execute(update(table).values(active=False))
        values = {"id": identity, "manifest": manifest or {}, "archive": archive, "active": True, "stored_at": NOON}
        connection.execute(insert(table).values(values))

    await worker.store.step(put)


# -- from one worker to the other -----------------------------------------------------------------------------


async def test_a_worker_with_an_empty_folder_serves_what_the_table_says(
    first: Worker, worker: Callable[[str], Worker]
) -> None:
    second = worker("second")

    await second.sync()

    assert second.active == first.active
    assert registry.load_active(second.folder, second.survey).version == first.active
    assert list(second.folder.glob(f"{files.ASIDE}*")) == []


async def test_what_is_trained_on_one_worker_is_served_by_all(first: Worker, worker: Callable[[str], Worker]) -> None:
    second = worker("second")
    await second.sync()
    made = second.train(2100)

    await second.sync()
    await first.sync()

    assert first.active == made
    assert await first.known() == Known(frozenset({made, *registry.stored(second.folder)}), made)


async def test_going_back_on_one_worker_is_going_back_on_all(first: Worker, worker: Callable[[str], Worker]) -> None:
    second, old = worker("second"), str(first.active)
    first.train(2100)
    await first.sync()
    await second.sync(ROUNDS)
    assert second.active != old

    registry.activate(second.folder, old, second.survey)
    await second.sync()
    await first.sync()

    assert (first.active, second.active) == (old, old)


async def test_an_operator_may_go_back_to_any_version_on_any_worker(
    first: Worker, worker: Callable[[str], Worker]
) -> None:
    kept_back = first.make(2100)
    first.train(2101)
    second = worker("second")

    await first.sync(ROUNDS)
    await second.sync(ROUNDS)

    assert registry.stored(second.folder) == registry.stored(first.folder)
    registry.activate(second.folder, kept_back, second.survey)


async def test_nothing_is_read_but_one_small_query_while_nothing_changes(first: Worker) -> None:
    await first.sync(ROUNDS)
    said: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        await first.sync()
    finally:
        event.remove(Engine, "before_cursor_execute", listen)

    assert [" ".join(statement.split()) for statement in said] == ["SELECT models.id, models.active FROM models"]


# -- which side moved -----------------------------------------------------------------------------------------


async def test_a_worker_that_was_down_while_the_table_moved_on_rolls_nobody_back(
    first: Worker, worker: Callable[[str], Worker]
) -> None:
    await worker("second").sync(2)
    made = first.train(2100)
    await first.sync()

    back = worker("second")
    await back.sync(2)
    await first.sync()

    assert (first.active, back.active) == (made, made)


@pytest.mark.parametrize("table_moved", [False, True])
async def test_an_operator_who_trained_while_the_worker_was_down_is_not_ignored(
    table_moved: bool, first: Worker, worker: Callable[[str], Worker]
) -> None:
    down = worker("second")
    await down.sync(2)
    made = down.train(2100)
    if table_moved:
        first.train(2101)
        await first.sync()

    await worker("second").sync()
    await first.sync()

    assert first.active == made


async def test_a_folder_that_comes_with_an_image_rolls_nobody_back(
    first: Worker, worker: Callable[[str], Worker], tmp_path: Path
) -> None:
    shutil.copytree(first.folder, tmp_path / "second", ignore=shutil.ignore_patterns(SYNCED))
    made = first.train(2100)
    await first.sync()

    second = worker("second")
    await second.sync(2)
    await first.sync()

    assert (first.active, second.active) == (made, made)


async def test_what_was_trained_for_the_first_start_takes_its_place_unless_that_is_a_step_back(
    first: Worker, worker: Callable[[str], Worker], tmp_path: Path
) -> None:
    for name in ("second", "third"):
        shutil.copytree(first.folder, tmp_path / name, ignore=shutil.ignore_patterns(SYNCED))
    second, third, real = worker("second"), worker("third"), str(first.active)
    data = registry.get(third.folder, real).manifest["data"]
    invented = third.make(2101, data=data | {"synthetic": True})
    registry.activate(third.folder, invented, third.survey)

    await third.sync()
    assert (await first.known()).active == real, "invented answers never take the place of real ones"

    made = second.train(2100)
    await second.sync()
    assert (await first.known()).active == made


async def test_two_workers_that_activate_at_once_end_with_the_same(
    first: Worker, worker: Callable[[str], Worker]
) -> None:
    second = worker("second")
    await second.sync(2)
    made = {first.train(2100), second.train(2101)}

    for _ in range(ROUNDS):
        await asyncio.gather(first.sync(), second.sync())

    assert first.active == second.active == (await first.known()).active
    assert first.active in made
    assert made <= (await first.known()).ids


async def test_workers_may_share_one_folder(first: Worker, worker: Callable[[str], Worker]) -> None:
    beside, elsewhere = worker("first"), worker("second")
    await elsewhere.sync()
    for year in range(2100, 2104):
        made = (first, elsewhere)[year % 2].train(year)
        for _ in range(ROUNDS):
            await asyncio.gather(first.sync(), beside.sync(), elsewhere.sync())

        assert first.active == elsewhere.active == (await first.known()).active == made


# -- what is damaged, foreign or gone --------------------------------------------------------------------------


async def test_a_damaged_archive_is_refused_once_and_changes_nothing(
    first: Worker, worker: Callable[[str], Worker], url: str, caplog: pytest.LogCaptureFixture
) -> None:
    second, serving = worker("second"), str(first.active)
    await second.sync()
    damaged = bytearray(archive_of(url, serving))
    damaged[len(damaged) // 2] ^= 1
    await put_into_table(first, "21000101T000000Z-00000000", bytes(damaged))

    await second.sync(ROUNDS)

    assert second.active == serving
    assert registry.stored(second.folder) == [serving]
    assert (await first.known()).active == "21000101T000000Z-00000000"
    assert caplog.text.count("version 21000101T000000Z-00000000 in the database is refused: its archive is dam") == 1


async def test_an_archive_that_leads_outside_its_folder_is_refused(
    first: Worker, worker: Callable[[str], Worker], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from tests.bot.test_model_archive import zipped

    second = worker("second")
    await second.sync()
    evil = zipped({"manifest.json": b"{}", "../../active": b"evil"})
    await put_into_table(first, "21000101T000000Z-00000000", evil)

    await second.sync(2)

    assert second.active == first.active
    assert "names a file outside its folder: '../../active'" in caplog.text
    assert not (tmp_path / "active").exists()


async def test_a_version_made_with_other_libraries_is_refused_once_and_kept_for_being_made_anew(
    first: Worker, worker: Callable[[str], Worker], caplog: pytest.LogCaptureFixture
) -> None:
    second, serving = worker("second"), str(first.active)
    await second.sync()
    foreign = worker("elsewhere")
    await foreign.sync()
    made = foreign.make(2100)
    path = foreign.folder / made / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["libraries"]["numpy"] = "99.1"
    path.write_text(json.dumps(manifest), encoding="utf-8")
    await put_into_table(first, made, pack(foreign.folder / made), manifest)

    await second.sync(ROUNDS)

    assert second.active == serving
    assert (await second.known()).active == made
    assert made in registry.stored(second.folder)
    assert caplog.text.count(f"version {made} is refused: it was made with numpy 99.1") == 1


@pytest.mark.parametrize("what", ["all of it", "the active version"])
async def test_what_was_purged_by_hand_comes_back(what: str, first: Worker) -> None:
    serving = str(first.active)
    shutil.rmtree(first.folder if what == "all of it" else first.folder / serving)

    await first.sync()

    assert registry.load_active(first.folder, first.survey).version == serving


async def test_a_copy_that_was_damaged_on_this_disk_is_replaced_at_the_next_start(
    first: Worker, worker: Callable[[str], Worker]
) -> None:
    serving = str(first.active)
    (first.folder / serving / "model.joblib").write_bytes(b"nothing that was ever stored")

    again = worker("first")
    await again.sync()

    assert registry.load_active(again.folder, again.survey).version == serving
    assert list(again.folder.glob(f"{files.ASIDE}*")) == []


async def test_a_damaged_version_of_the_folder_becomes_nobodys(first: Worker, caplog: pytest.LogCaptureFixture) -> None:
    serving, made = str(first.active), first.train(2100)
    (first.folder / made / "model.joblib").write_bytes(b"nothing that was ever stored")

    await first.sync(ROUNDS)

    assert first.active == serving
    assert await first.known() == Known(frozenset({serving}), serving)
    assert caplog.text.count(f"version {made} is refused") == 1


async def test_a_folder_that_cannot_be_written_is_named(
    first: Worker, worker: Callable[[str], Worker], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "second").write_text("a file where the folder should be")

    await worker("second").sync(2)

    assert caplog.text.count(f"{tmp_path / 'second'} cannot be written: ") == 1
    assert "MODELS_DIR names another place" in caplog.text


# -- while people are served ----------------------------------------------------------------------------------


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(turn, "LOOK_SECONDS", 0.05)


@asynccontextmanager
async def bot_on(server: LocalServer, worker: Worker) -> AsyncIterator[TelegramBot]:
    """Let a worker talk to the server's people."""
    stop = asyncio.Event()
    bot = TelegramBot(
        worker.survey,
        worker.folder,
        worker.store,
        token=server.token,
        api_url=server.url,
        messages_per_second=0,
        pseudonyms=PSEUDONYMS,
    )
    running = asyncio.create_task(bot.run(stop))
    try:
        yield bot
    finally:
        stop.set()
        await running


async def served(worker: Worker, version: str) -> None:
    async with asyncio.timeout(30):
        while worker.active != version:  # noqa: ASYNC110  # the folder is where all see it
            await asyncio.sleep(0.02)


@pytest.mark.usefixtures("_impatient")
async def test_results_are_told_by_what_another_worker_activated_meanwhile(
    first: Worker, worker: Callable[[str], Worker], url: str
) -> None:
    second = worker("second")
    await second.sync()
    async with LocalServer() as server, bot_on(server, first), Person(server.url) as sokha, Person(server.url) as dara:
        await sokha.start()
        await answer_everything(sokha)
        before = str(first.active)
        made = second.train(2100)
        await second.sync()
        await served(first, made)
        await dara.start()
        await answer_everything(dara)

    told = stored(url, select(responses.c.model_version).order_by(responses.c.id))
    assert told == [(before,), (made,)]


@pytest.mark.usefixtures("_impatient")
async def test_what_a_person_was_told_is_explained_by_the_model_that_told_it_on_every_worker(
    first: Worker, worker: Callable[[str], Worker]
) -> None:
    told_by, second = str(first.active), worker("second")
    async with LocalServer() as server, Person(server.url) as person:
        async with bot_on(server, first):
            await person.start()
            await answer_everything(person)
        for year in range(2100, 2110):
            first.train(year)
            await first.sync()

        async with bot_on(server, second):
            await served(second, str(first.active))
            await person.tap("Details")
            await person.wait_for(lambda chat: told_by in chat[-1].text)

    assert second.active != told_by


async def test_a_version_that_nobody_knows_any_more_is_not_looked_for_in_vain(first: Worker) -> None:
    await first.mirror.fetch("20200101T000000Z-00000000")

    assert registry.stored(first.folder) == [first.active]


async def test_with_sqlite_the_folder_alone_is_the_truth(home: Survey, trained: Path, tmp_path: Path) -> None:
    # a bot of another test may have served the common folder from PostgreSQL
    versions = Path(shutil.copytree(trained, tmp_path / "versions", ignore=shutil.ignore_patterns(SYNCED)))
    database = f"sqlite:///{tmp_path / 'answers.db'}"
    async with RunningBot(home, versions, database) as running, running.person() as person:
        await person.start()
        await answer_everything(person)

    assert stored(database, select(table.c.id)) == []
    assert not (versions / SYNCED).exists()


# -- one makes it, the others wait --------------------------------------------------------------------------------


@pytest.mark.usefixtures("_impatient")
async def test_of_all_workers_that_refuse_the_active_version_one_makes_it_anew(
    first: Worker, worker: Callable[[str], Worker], url: str
) -> None:
    refused = str(first.active)
    (first.folder / refused / "model.joblib").write_bytes(b"nothing that was ever stored")
    damaged = update(table).values(archive=pack(first.folder / refused))
    await first.store.step(lambda connection: connection.execute(damaged))
    workers = [worker("second"), worker("third")]
    said: list[str] = []

    await asyncio.gather(
        *(
            provide_model(each.survey, each.folder, each.mirror, Turn(url), asyncio.Event(), said.append)
            for each in workers
        )
    )

    assert len([line for line in said if line.startswith(f"Making {refused} anew")]) == 1
    made = (await first.known()).active
    assert made != refused
    for each in workers:
        assert registry.load_active(each.folder, each.survey).version == made


async def test_invented_answers_never_stand_in_for_a_version_that_no_worker_can_unpack(
    first: Worker, worker: Callable[[str], Worker], url: str
) -> None:
    await put_into_table(first, "21000101T000000Z-00000000", b"no zip file")
    await first.store.step(lambda connection: connection.execute(delete(table).where(~table.c.active)))
    second = worker("second")
    said: list[str] = []

    await provide_model(second.survey, second.folder, second.mirror, Turn(url), asyncio.Event(), said.append)

    assert second.active is None
    assert not [line for line in said if "sample" in line]
    assert said[-1].startswith("That failed (exit code 2); `python -m engine train --data FILE` trains a new one.")


async def test_of_two_workers_one_trains_and_when_that_is_killed_the_other_takes_over(url: str, tmp_path: Path) -> None:
    survey = folder_of_the_home_survey(tmp_path)
    pandas.read_csv(write_people(tmp_path / "people.csv", rows=40)).to_excel(survey / "sample.xlsx", index=False)

    def settings(server: LocalServer, folder: str) -> dict[str, str]:
        of_all = {"DATABASE_URL": url, "SURVEY_DIR": str(survey), "MODELS_DIR": str(tmp_path / folder)}
        return of_all | {"BOT_TOKEN": server.token, "TELEGRAM_API_URL": server.url}

    async with (
        LocalServer() as nobodys,
        LocalServer() as server,
        Program(tmp_path, "run", **settings(nobodys, "first")) as trains,
        Person(server.url) as person,
    ):
        await trains.line_with("First start: training on the sample, once.")
        async with Program(tmp_path, "run", **settings(server, "second")) as waits:
            await waits.line_with("another worker is making a model")
            await trains.line_with("10 %")
            os.killpg(trains.process.pid, signal.SIGKILL)
            await person.start()
            await answer_until(person, lambda chat: "Your result will follow" in chat[-1].text)

            await waits.line_with("First start: training on the sample, once.")
            for tenth in range(1, 11):  # on a busy machine it takes its time
                await waits.line_with(f"{tenth}0 %")
            await answer_until(person, lambda chat: chat[-1].file_id is not None)

            serving = registry.active_version(tmp_path / "second")
            assert stored(url, select(table.c.id).where(table.c.active)) == [(serving,)]


async def test_a_new_worker_beside_one_that_trained_trains_nothing(url: str, first: Worker, tmp_path: Path) -> None:
    async with LocalServer() as server, Person(server.url) as person:
        settings = {"BOT_TOKEN": server.token, "TELEGRAM_API_URL": server.url, "DATABASE_URL": url}
        async with Program(tmp_path, "run", **settings, MODELS_DIR=str(tmp_path / "empty")) as program:
            await person.start()
            await answer_everything(person)
            program.process.terminate()
            code, output = await program.ended()

    assert code == 0
    assert "training" not in output
    assert registry.active_version(tmp_path / "empty") == first.active
