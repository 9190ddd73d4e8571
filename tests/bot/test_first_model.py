from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from bot.first_model import ensure_model, repair_model
from engine import registry
from engine import survey as surveys
from engine.survey import Survey
from tests.engine.people import HOME


def survey_in(folder: Path) -> Survey:
    """Return the home survey in a folder of its own, without a sample."""
    folder.mkdir()
    shutil.copy(HOME / "survey.toml", folder)
    return surveys.load(folder)


async def test_where_there_is_nothing_to_learn_from_no_training_failed(tmp_path: Path) -> None:
    survey, said = survey_in(tmp_path / "survey"), list[str]()

    assert await ensure_model(survey, tmp_path / "versions", asyncio.Event(), said.append) is None
    assert await repair_model(survey, tmp_path / "versions", asyncio.Event(), said.append) is None


async def test_a_training_that_fails_leaves_its_exit_code(tmp_path: Path) -> None:
    survey, said = survey_in(tmp_path / "survey"), list[str]()
    (survey.folder / "sample.xlsx").write_text("Dear all, this is no table.", encoding="utf-8")

    code = await ensure_model(survey, tmp_path / "versions", asyncio.Event(), said.append)

    assert code == 2
    assert said[-1].startswith("Training failed (exit code 2)")


async def test_a_version_that_can_neither_be_used_nor_made_anew_leaves_the_exit_code(
    trained: Path, tmp_path: Path
) -> None:
    survey, said, versions = surveys.load(HOME), list[str](), tmp_path / "versions"
    shutil.copytree(trained, versions)
    version = versions / str(registry.active_version(versions))
    for file in version.iterdir():
        if file.name != "manifest.json":
            file.write_bytes(b"nothing that was ever stored")

    code = await repair_model(survey, versions, asyncio.Event(), said.append)

    assert code == 2
    assert said[-1].startswith("That failed (exit code 2)")


async def test_a_training_that_was_stopped_did_not_fail(trained: Path, tmp_path: Path) -> None:
    survey, stop = survey_in(tmp_path / "survey"), asyncio.Event()
    shutil.copy(HOME / "sample.xlsx", survey.folder)
    stop.set()

    assert await ensure_model(survey, tmp_path / "versions", stop, lambda _: None) is None
