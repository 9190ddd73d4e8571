"""python -m engine challenge: a new model against the one in use, on real answers, told as JSON lines."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from engine import registry
from engine.challenge import challenge
from engine.errors import TrainingError
from engine.outcome import Outcome
from engine.survey import load
from tests.engine.command_line import run_engine
from tests.engine.people import HOME, write_people

SURVEY = load(HOME)


@dataclass(frozen=True)
class Told:
    """What a run printed, and the folder of versions that it left."""

    lines: list[dict[str, Any]]
    errors: str
    versions: Path

    @property
    def outcome(self) -> Outcome:
        found: Outcome = self.lines[-1]["outcome"]
        return found


@pytest.fixture
def versions(trained: Path, tmp_path: Path) -> Path:
    """Return a copy of the trained folder to change."""
    return Path(shutil.copytree(trained, tmp_path / "versions"))


@pytest.fixture(scope="module")
def again(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Challenge the trained version with the very rows that it learnt from, said to come from two places."""
    folder = tmp_path_factory.mktemp("again")
    versions = Path(shutil.copytree(trained, folder / "versions"))
    data = write_people(folder / "people.csv")
    rows = pd.read_csv(data, keep_default_na=False)
    rows.assign(Source=["table.xlsx"] * 90 + ["market"] * 29 + [""]).to_csv(data, index=False)
    done = run_engine("challenge", "--data", data, "--repeats", "1", versions=versions)
    assert done.returncode == 0, done.stderr
    return Told([json.loads(line) for line in done.stdout.splitlines()], done.stderr, versions)


def test_progress_is_told_in_many_pieces_and_the_outcome_last(again: Told) -> None:
    told = [line["progress"] for line in again.lines[:-1]]

    assert [done for done, _ in told] == list(range(1, len(told) + 1))
    assert {of for _, of in told} == {len(told)}
    assert len(told) >= 10
    assert again.errors == ""


def test_on_the_same_rows_both_models_say_the_same_in_one_thread_as_in_many(again: Told, trained: Path) -> None:
    outcome = again.outcome

    nested = registry.get(trained, outcome["champion"]).manifest["metrics"]["nested"]
    assert (outcome["known"], outcome["new"]) == (120, 0)
    assert outcome["difference"] == {"mean": 0.0, "low": 0.0, "high": 0.0, "standard_error": 0.0}
    assert outcome["champion_metrics"] == outcome["challenger_metrics"] == nested
    assert {one["verdict"] for one in outcome["recall"].values()} == {"no difference seen"}
    assert outcome["reasons"][0] == "Nothing is new: the model in use learnt from these very answers."


def test_what_is_no_worse_is_stored_and_active(again: Told) -> None:
    outcome = again.outcome

    assert outcome["decision"] == "promote"
    assert registry.active_version(again.versions) == outcome["version"] != outcome["champion"]
    assert registry.load_active(again.versions, SURVEY).synthetic is False


def test_the_outcome_counts_rows_by_grade_and_by_source(again: Told) -> None:
    outcome = again.outcome

    assert outcome["grades"] == {"A": 30, "B": 30, "C": 30, "D": 30}
    assert outcome["sources"] == {"table.xlsx": 90, "market": 29, "": 1}
    assert (outcome["labels"], outcome["needed"], outcome["missing"]) == (120, 50, 0)
    assert [sum(row) for row in outcome["confusion"]] == pytest.approx([30] * 4)
    assert len(outcome["what_changed"]["importances"]["before"]) == 5
    assert outcome["segments"]["before"] == outcome["segments"]["after"] != []


def test_manifest_and_card_keep_how_it_was_judged(again: Told) -> None:
    version = registry.get(again.versions, again.outcome["version"])

    assert version.manifest["gate"]["champion"] == again.outcome["champion"]
    assert version.manifest["gate"]["reasons"] == again.outcome["reasons"]
    assert f"Judged against {again.outcome['champion']}: to be activated." in (version.folder / "card.md").read_text()
    assert "challenger_metrics" not in version.manifest["gate"]
    assert again.outcome["version"] in run_engine("models", "list", versions=again.versions).stdout


def test_what_won_against_a_model_that_was_replaced_meanwhile_is_left_to_a_person(
    versions: Path, tmp_path: Path
) -> None:
    other = registry.active_version(versions) or ""
    (versions / "active").unlink()

    def somebody_activates_another(done: int, of: int) -> None:
        (versions / "active").write_text(other, encoding="utf-8")

    data = write_people(tmp_path / "people.csv", rows=52)

    outcome = challenge(SURVEY, data, versions, repeats=1, progress=somebody_activates_another)

    assert (outcome["decision"], outcome["champion"], outcome["difference"]) == ("ask", None, None)
    assert registry.active_version(versions) == other
    assert outcome["version"] in registry.stored(versions)
    assert outcome["reasons"][0] == "No model is in use yet, so the new one takes over."
    assert outcome["reasons"][-1] == "Meanwhile another model was put into use, so the choice is yours."


def test_real_answers_replace_invented_ones_and_the_outcome_says_so(versions: Path, tmp_path: Path) -> None:
    invented = registry.active_version(versions)
    assert invented is not None
    path = versions / invented / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["data"]["synthetic"] = True
    path.write_text(json.dumps(manifest), encoding="utf-8")

    outcome = challenge(SURVEY, write_people(tmp_path / "people.csv", rows=52, seed=9), versions, repeats=1)

    assert (outcome["decision"], outcome["champion_synthetic"], outcome["known"]) == ("promote", True, 0)
    assert "the invented ones are dropped" in outcome["reasons"][0]
    assert outcome["champion_metrics"]["log_loss"]["mean"] > 0
    assert outcome["difference"]["mean"] == pytest.approx(
        outcome["challenger_metrics"]["log_loss"]["mean"] - outcome["champion_metrics"]["log_loss"]["mean"]
    )
    assert not registry.load_active(versions, SURVEY).synthetic


def test_too_few_answers_train_nothing_and_say_how_many_are_missing(versions: Path, tmp_path: Path) -> None:
    before = registry.stored(versions)

    outcome = challenge(SURVEY, write_people(tmp_path / "people.csv", rows=40), versions)

    assert (outcome["decision"], outcome["version"], outcome["missing"]) == ("too_few", None, 10)
    assert outcome["reasons"] == ["10 more labelled answers are needed: there are 40 of 50."]
    assert registry.stored(versions) == before


def test_an_active_version_whose_rows_are_gone_is_not_pushed_aside_by_itself(versions: Path, tmp_path: Path) -> None:
    champion = registry.active_version(versions)
    assert champion is not None
    (versions / champion / "rows.csv").unlink()

    outcome = challenge(SURVEY, write_people(tmp_path / "people.csv", rows=52), versions, repeats=1)

    assert (outcome["decision"], outcome["difference"]) == ("ask", None)
    assert "learnt from only 0 of these answers" in outcome["reasons"][0]
    assert registry.active_version(versions) == champion


def test_invented_answers_never_challenge(versions: Path) -> None:
    with pytest.raises(TrainingError, match="nobody gave these answers"):
        challenge(SURVEY, HOME / "sample.xlsx", versions)


def test_what_is_wrong_is_told_to_people_and_to_the_program(tmp_path: Path) -> None:
    done = run_engine("challenge", "--data", tmp_path / "none.csv", versions=tmp_path)

    assert done.returncode == 2
    assert "there is no such file" in done.stderr
    assert json.loads(done.stdout)["error"].endswith("there is no such file")
