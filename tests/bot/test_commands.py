"""The command line as a person or a supervisor meets it: processes, signals, exit codes and their words."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pandas
import pytest

from bot.local.person import Person
from bot.local.server import LocalServer
from bot.settings import REPOSITORY
from engine import registry
from tests.bot.running import answer_everything, answer_until, begin, free_port, tap_first
from tests.engine.people import HOME, write_people

PATIENCE = 60
"""Seconds: far more than any of this takes."""


class Program:
    """`python -m bot …` in a folder of its own."""

    def __init__(self, folder: Path, *arguments: str, **settings: str) -> None:
        self._command = (sys.executable, "-m", "bot", *arguments)
        self._folder = folder
        self._settings = settings

    async def __aenter__(self) -> Program:
        self.process = await asyncio.create_subprocess_exec(
            *self._command,
            cwd=self._folder,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1", **self._settings},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # as a container's: what it started can be killed with it
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.communicate()

    async def line_with(self, words: str) -> str:
        """Return the next line of output that holds these words."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            async for line in self.process.stdout:
                if words in line.decode():
                    return line.decode()
        raise AssertionError(f"the program ended without saying {words!r}")

    async def ended(self) -> tuple[int, str]:
        """Return the exit code and all output that was not read yet."""
        async with asyncio.timeout(PATIENCE):
            output, _ = await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode, output.decode()


async def result_of(folder: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    async with Program(folder, *arguments, **settings) as program:
        return await program.ended()


@pytest.fixture
async def server() -> AsyncIterator[LocalServer]:
    async with LocalServer() as server:
        yield server


@pytest.fixture
def settings(server: LocalServer, trained: Path) -> Mapping[str, str]:
    """Return what lets `run` serve the people of the local server."""
    return {"BOT_TOKEN": server.token, "TELEGRAM_API_URL": server.url, "MODELS_DIR": str(trained)}


# -- mistakes -------------------------------------------------------------------------------------------------


async def test_run_without_a_token_says_where_to_put_one(tmp_path: Path) -> None:
    code, output = await result_of(tmp_path, "run")

    assert code == 2
    assert output.startswith("BOT_TOKEN: not set; ")
    assert "python -m bot local" in output


async def test_a_wrong_token_is_one_line_and_exit_code_2(
    server: LocalServer, settings: Mapping[str, str], tmp_path: Path
) -> None:
    wrong, untrained = "123456:" + "x" * 35, str(tmp_path / "versions")

    code, output = await result_of(tmp_path, "run", **{**settings, "BOT_TOKEN": wrong, "MODELS_DIR": untrained})

    assert code == 2
    assert "training" not in output, "nobody should wait for that first"
    [line] = [line for line in output.splitlines() if "BOT_TOKEN" in line]
    assert line.startswith("BOT_TOKEN: Telegram refuses it")
    assert wrong not in output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL: must be"),
        ({"SURVEY_DIR": "nowhere"}, "nowhere/survey.toml: there is no such file"),
        ({"BOT_TOKEN": "1:x", "DATABASE_URL": "survey.db"}, "DATABASE_URL: not a database URL"),
    ],
)
async def test_a_mistake_in_the_settings_is_named_and_exit_code_2(
    settings: dict[str, str], words: str, tmp_path: Path
) -> None:
    code, output = await result_of(tmp_path, **settings)

    assert code == 2
    assert words in output
    assert "Traceback" not in output


async def test_a_port_that_is_taken_is_named(tmp_path: Path, trained: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, output = await result_of(tmp_path, "local", "--port", str(port), MODELS_DIR=str(trained))

    assert code == 2
    assert f"--port: {port} cannot be used" in output


async def test_a_port_for_the_webhook_that_is_taken_is_named(settings: Mapping[str, str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, output = await result_of(tmp_path, "run", **settings, **at_a_webhook(port))

    assert code == 2
    assert f"PORT: {port} cannot be used" in output
    assert "Traceback" not in output


async def test_a_second_run_on_the_same_database_is_refused(settings: Mapping[str, str], tmp_path: Path) -> None:
    async with Program(tmp_path, "run", **settings) as first:
        await first.line_with("is running")

        code, output = await result_of(tmp_path, "run", **settings)

    assert code == 2
    assert f"Another bot already works on {tmp_path / 'survey.db'}" in output


@pytest.mark.parametrize("arguments", [(), ("run",), ("local",), ("backup",), ("restore",)])
async def test_every_command_explains_itself(arguments: tuple[str, ...], tmp_path: Path) -> None:
    code, output = await result_of(tmp_path, *arguments, "--help")

    assert code == 0
    assert "Usage:" in output


# -- running --------------------------------------------------------------------------------------------------


async def test_run_serves_people_prints_its_database_and_stops_when_told(
    server: LocalServer, settings: Mapping[str, str], tmp_path: Path
) -> None:
    async with Program(tmp_path, "run", **settings) as program, Person(server.url) as person:
        await program.line_with(str(tmp_path / "survey.db"))
        await begin(person)
        program.process.send_signal(signal.SIGTERM)

        code, output = await program.ended()

    assert code == 0
    assert "Traceback" not in output


async def test_run_serves_people_by_webhook_where_one_is_set_and_leaves_it_set(
    server: LocalServer, settings: Mapping[str, str], tmp_path: Path
) -> None:
    webhook = at_a_webhook(free_port())
    async with Program(tmp_path, "run", **settings, **webhook) as program, Person(server.url) as person:
        await begin(person)
        await tap_first(person)
        program.process.send_signal(signal.SIGTERM)

        code, output = await program.ended()

    assert code == 0
    assert "Traceback" not in output
    assert server.api.webhook.url == webhook["WEBHOOK_URL"]


def at_a_webhook(port: int) -> dict[str, str]:
    return {"WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram", "PORT": str(port)}


async def test_a_person_goes_on_at_the_same_question_after_the_bot_was_killed(
    server: LocalServer, settings: Mapping[str, str], tmp_path: Path
) -> None:
    async with Person(server.url) as person:
        async with Program(tmp_path, "run", **settings) as program:
            await begin(person)
            await tap_first(person)
            await tap_first(person)
            program.process.kill()
        assert "Question 3 of 7" in person.messages[-1].text

        async with Program(tmp_path, "run", **settings):
            assert "Question 4 of 7" in (await tap_first(person)).text
            assert (await answer_everything(person)).file_id is not None


async def test_a_tap_made_while_the_bot_was_down_is_not_lost(
    server: LocalServer, settings: Mapping[str, str], tmp_path: Path
) -> None:
    async with Person(server.url) as person:
        async with Program(tmp_path, "run", **settings) as program:
            card = await begin(person)
            program.process.kill()
        await person.tap_data(card.id, card.buttons[0].data or "")

        async with Program(tmp_path, "run", **settings):
            await person.wait_for(lambda chat: "Question 2 of 7" in chat[-1].text)


async def test_a_telegram_that_cannot_be_reached_is_one_line_and_no_exit(tmp_path: Path, trained: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    settings = {"BOT_TOKEN": "1:x", "TELEGRAM_API_URL": address, "MODELS_DIR": str(trained)}

    async with Program(tmp_path, "run", **settings) as program:
        line = await program.line_with("Telegram cannot be reached")
        program.process.send_signal(signal.SIGINT)
        code, output = await program.ended()

    assert "trying again until it works" in line
    assert code == 0
    assert "cannot be reached" not in output


async def test_what_trains_is_never_loaded_into_a_bot_that_tells_results(
    server: LocalServer, settings: Mapping[str, str], tmp_path: Path
) -> None:
    async with (
        Program(tmp_path, "run", **settings, PYTHONPROFILEIMPORTTIME="1") as program,
        Person(server.url) as person,
    ):
        await person.start()
        await answer_everything(person)
        program.process.send_signal(signal.SIGTERM)
        code, output = await program.ended()

    imported = {line.rpartition("|")[2].strip() for line in output.splitlines() if line.startswith("import time:")}
    assert code == 0
    assert "engine.charts" in imported
    assert not imported & {"sklearn", "pandas", "imblearn", "openpyxl"}


# -- backup and restore ---------------------------------------------------------------------------------------


async def test_a_backup_taken_from_a_running_bot_moves_people_to_another_host(
    server: LocalServer, settings: Mapping[str, str], tmp_path: Path
) -> None:
    there = tmp_path / "there"
    there.mkdir()
    async with Person(server.url) as person:
        async with Program(tmp_path, "run", **settings):
            await begin(person)
            await tap_first(person)
            code, said = await result_of(tmp_path, "backup", "moving.db")
            again, refusal = await result_of(tmp_path, "backup", "moving.db")
        without = await result_of(there, "restore", str(tmp_path / "moving.db"))
        shutil.copy(tmp_path / "data.key", there)
        restored = await result_of(there, "restore", str(tmp_path / "moving.db"))
        async with Program(there, "run", **settings):
            assert "Question 3 of 7" in (await tap_first(person)).text

    assert (code, again) == (0, 2)
    assert said.startswith("Backed up into moving.db (")
    assert said.endswith(": people 1, finished responses 0.\n")
    assert refusal == "moving.db: exists already, and is never overwritten; name a new file\n"
    assert without[0] == 2
    assert without[1].startswith(f"DATA_KEY: it is not the key under which the people in {tmp_path / 'moving.db'} are")
    assert restored == (0, f"Restored from {tmp_path / 'moving.db'}: people 1, finished responses 0.\n")


async def test_another_data_key_is_one_line_and_exit_code_2_for_every_command_that_needs_people(
    server: LocalServer, settings: Mapping[str, str], tmp_path: Path
) -> None:
    async with Program(tmp_path, "run", **settings), Person(server.url) as person:
        await begin(person)
    write_people(tmp_path / "answers.csv", rows=3)
    commands = (["run"], ["export", "all.csv"], ["import", "answers.csv"])

    ended = await asyncio.gather(
        *(result_of(tmp_path, *command, **settings, DATA_KEY="not the one that was made") for command in commands)
    )

    for code, output in ended:
        assert code == 2
        [line] = [line for line in output.splitlines() if "DATA_KEY" in line]
        assert line.startswith(f"DATA_KEY: it is not the key under which the people in {tmp_path / 'survey.db'} are")
        assert "DATA_KEY_FILE" in line
        assert "data.key" in line


async def test_a_restore_names_the_copy_of_what_was_there(
    server: LocalServer, settings: Mapping[str, str], tmp_path: Path
) -> None:
    async with Person(server.url) as person, Program(tmp_path, "run", **settings):
        await begin(person)
        await result_of(tmp_path, "backup", "a.db")

        code, said = await result_of(tmp_path, "restore", "a.db", BACKUP_DIR=str(tmp_path / "kept"))

    [kept] = (tmp_path / "kept").iterdir()
    assert code == 0
    assert f"What was there before is in {kept}." in said


async def test_restoring_what_is_no_backup_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    code, said = await result_of(tmp_path, "restore", "nowhere.db")

    assert code == 2
    assert said == "nowhere.db: there is no such file; name one that `python -m bot backup` wrote\n"


# -- the page -------------------------------------------------------------------------------------------------


async def test_without_a_token_the_page_opens_with_a_database_of_its_own(tmp_path: Path, trained: Path) -> None:
    async with page(tmp_path, MODELS_DIR=str(trained)) as (url, _):
        async with aiohttp.ClientSession() as http, http.get(url) as response:
            assert response.status == 200
        async with Person(url) as person:
            await begin(person)

    assert (tmp_path / "local.db").exists()
    assert not (tmp_path / "survey.db").exists()


async def test_the_page_alone_lets_a_bot_in_another_process_in(tmp_path: Path, trained: Path) -> None:
    async with Program(tmp_path, "local", "--server-only", "--port", "0") as alone:
        line = await alone.line_with("BOT_TOKEN=")
        settings = dict(word.split("=", 1) for word in line.split() if "=" in word)
        async with (
            Program(tmp_path, "run", **settings, MODELS_DIR=str(trained)),
            Person(settings["TELEGRAM_API_URL"]) as person,
        ):
            await person.start()
            assert (await answer_everything(person)).file_id is not None


async def test_a_survey_without_a_sample_starts_and_promises_results(tmp_path: Path) -> None:
    survey = folder_of_the_home_survey(tmp_path)

    async with page(tmp_path, SURVEY_DIR=str(survey)) as (url, printed), Person(url) as person:
        await person.start()
        await answer_until(person, lambda chat: "Your result will follow" in chat[-1].text)

    assert f"There is no {survey / 'sample.xlsx'} to learn from" in printed


async def test_the_first_start_trains_on_the_sample_and_later_ones_do_not(tmp_path: Path) -> None:
    survey = folder_of_the_home_survey(tmp_path)
    table = pandas.read_csv(write_people(tmp_path / "people.csv", rows=40))
    table.to_excel(survey / "sample.xlsx", index=False)

    async with page(tmp_path, SURVEY_DIR=str(survey)) as (_, first):
        pass
    async with page(tmp_path, SURVEY_DIR=str(survey)) as (url, second), Person(url) as person:
        await person.start()
        assert (await answer_everything(person)).file_id is not None

    assert "First start: training on the sample, once." in first
    assert "It is the active version now." in first
    assert "training" not in second


async def test_a_damaged_version_is_named_and_made_anew_while_people_answer(tmp_path: Path, trained: Path) -> None:
    versions = tmp_path / "versions"
    shutil.copytree(trained, versions)
    identity = str(registry.active_version(versions))
    (versions / identity / "model.joblib").write_bytes(b"nothing that was ever stored")

    async with page(tmp_path, MODELS_DIR=str(versions)) as (url, _), Person(url) as person:
        await person.start()
        await answer_until(person, lambda chat: "Your result will follow" in chat[-1].text)
        await answer_until(person, lambda chat: chat[-1].file_id is not None)

    assert registry.active_version(versions) != identity


def folder_of_the_home_survey(folder: Path) -> Path:
    survey = folder / "survey"
    survey.mkdir()
    shutil.copy(HOME / "survey.toml", survey)
    return survey


@asynccontextmanager
async def page(folder: Path, **settings: str) -> AsyncIterator[tuple[str, str]]:
    """Open the page on a free port; yield its address and what was printed until then."""
    printed = ""
    async with Program(folder, "local", "--port", "0", **settings) as program:
        assert program.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            async for line in program.process.stdout:
                printed += line.decode()
                if "The chat is at " in printed:
                    break
        yield printed.split("The chat is at ")[1].split()[0], printed
