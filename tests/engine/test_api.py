"""``import engine`` as a data scientist uses it: cheap, silent, and the same rules for a DataFrame as for a file."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import engine
from engine import frame, registry, survey, table
from engine.errors import AnswerError, RegistryError, TableError
from engine.evaluation import as_json
from engine.release import Release
from tests.engine.people import HOME, write_people

ROOT = HOME.parents[1]
SERVED = """
import sys, engine
before = {name for name in sys.modules}
model = engine.load(sys.argv[1])
model.assess({"Often": "Daily", "Brew": "Filter", "Milk": "No"})
print(*({"numpy", "pandas", "sklearn", "joblib", "matplotlib"} & before))
print(*({"pandas", "sklearn", "imblearn", "matplotlib", "openpyxl"} & set(sys.modules)))
"""


def sample(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "sample.csv")


def test_importing_is_cheap_and_serving_needs_nothing_that_trains(beside_coffee: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SERVED, beside_coffee], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout == "\n\n", "heavy modules after the import, and after an assessment"


def test_what_training_returns_is_what_was_stored(coffee_release: Release, beside_coffee: Path) -> None:
    model = engine.load("coffee")
    answers = {"Often": "Weekly", "Cups": 3, "Brew": "Espresso", "Milk": "Yes", "Milk_Kind": "Oat"}

    assert model.version == coffee_release.id == coffee_release.model.version
    assert model.assess(answers) == coffee_release.model.assess(answers)
    stored = json.loads((coffee_release.folder / "manifest.json").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(as_json(coffee_release.evaluation))) == stored["metrics"]
    assert {path.name for path in coffee_release.folder.iterdir()} >= {"card.md", "manifest.json", "rows.csv"}


def test_a_survey_is_named_by_its_folder_its_file_or_itself(beside_coffee: Path) -> None:
    by_name = engine.load("coffee")

    assert engine.load(beside_coffee / "survey.toml").version == by_name.version
    assert engine.load(survey.load(beside_coffee)).version == by_name.version


def test_a_version_is_loaded_by_its_id_from_wherever_it_is_kept(
    coffee_release: Release, beside_coffee: Path, tmp_path: Path
) -> None:
    elsewhere = shutil.move(beside_coffee / "versions", tmp_path / "elsewhere")

    assert engine.load("coffee", version=coffee_release.id, models_dir=elsewhere).version == coffee_release.id
    with pytest.raises(RegistryError, match=f"there is no version v1; stored: {coffee_release.id}"):
        engine.load("coffee", version="v1", models_dir=elsewhere)
    with pytest.raises(RegistryError, match=r"no trained version in coffee.versions yet"):
        engine.load("coffee")


def test_a_wish_that_is_none_is_refused_before_any_training(beside_coffee: Path) -> None:
    with pytest.raises(ValueError, match="activate='yes': one of 'if_no_worse', 'always', 'never'"):
        engine.train("coffee", "coffee/sample.csv", activate="yes")  # type: ignore[arg-type]


# -- data frames ------------------------------------------------------------------------------------------------


def test_a_frame_is_read_as_the_file_that_it_came_from(beside_coffee: Path) -> None:
    definition = survey.load(beside_coffee)

    from_file = table.read(definition, beside_coffee / "sample.csv")
    from_frame = frame.read(definition, sample(beside_coffee))

    assert from_frame.fingerprint == from_file.fingerprint
    assert from_frame.ids is not None
    assert from_frame.ids.tolist()[:2] == ["C001", "C002"]
    assert (from_frame.source, from_frame.ignored) == ("DataFrame", from_file.ignored)


def test_a_frame_may_be_typed_as_analysts_type_theirs(beside_coffee: Path) -> None:
    definition, plain = survey.load(beside_coffee), sample(beside_coffee)
    typed = plain.rename(columns={"Remarks": "any; other; remarks; of; theirs; in; here; as; well; or; not"})
    typed = typed.astype({"Often": "category", "Cups": "Float64", "With_Book": bool, "Roast": "string"})

    assert frame.read(definition, typed).fingerprint == frame.read(definition, plain).fingerprint


def test_faults_of_a_frame_are_placed_by_row_and_column(beside_coffee: Path) -> None:
    wrong = sample(beside_coffee)
    wrong.loc[1, "Often"] = "hourly"
    wrong["Cups"] = wrong["Cups"].astype(object)
    wrong.loc[2, "Cups"] = pd.Timestamp("2026-03-02")

    with pytest.raises(TableError) as caught:
        engine.train("coffee", wrong)

    often, cups = caught.value.faults
    assert str(caught.value).startswith("DataFrame (its first row counts as row 2): row 3")
    assert often.startswith('row 3, column B "Often": "hourly" is none of the labels')
    assert cups.startswith('row 4, column C "Cups": "2026-03-02 00:00:00" is not a number')


def test_scores_keep_the_order_and_the_index_of_their_frame(beside_coffee: Path) -> None:
    model, people = engine.load("coffee"), sample(beside_coffee).drop(columns=["ID", "Lover"])
    shuffled = people.sample(frac=1, random_state=5)

    scores, again = engine.score(model, people), engine.score(model, shuffled)

    assert list(again.index) == list(shuffled.index)
    columns = ["Grade", "Score", "Base", "Segment"]
    pd.testing.assert_frame_equal(again.sort_index()[columns], scores[columns])


def test_rows_of_a_frame_that_hold_nothing_are_not_silently_left_out(beside_coffee: Path) -> None:
    people = sample(beside_coffee)
    people.loc[7] = np.nan

    with pytest.raises(TableError, match=r"some rows hold nothing at all; leave them out \(dropna"):
        engine.score(engine.load("coffee"), people)


def test_every_error_is_an_engine_error(beside_coffee: Path) -> None:
    model = engine.load("coffee")

    with pytest.raises(engine.EngineError) as caught:
        model.assess({"Often": "Daily"})

    assert isinstance(caught.value, AnswerError)
    assert len(caught.value.faults) == 2


# -- the README -------------------------------------------------------------------------------------------------


def test_the_readmes_example_runs_and_is_silent(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## For data scientists\n")[1]
    (tmp_path / "models" / "mobile_money").mkdir(parents=True)
    versions = tmp_path / "models" / "mobile_money" / "versions"
    shutil.copytree(trained, versions)
    shutil.copy(HOME / "survey.toml", versions.parent)
    pd.read_csv(write_people(tmp_path / "people.csv", rows=40)).to_excel(tmp_path / "answers.xlsx", index=False)
    monkeypatch.chdir(tmp_path)
    active, names = registry.active_version(versions), dict[str, object]()

    exec(section.split("```python\n")[1].split("```")[0], names)

    scores, made = names["scores"], names["made"]
    assert isinstance(scores, pd.DataFrame)
    assert isinstance(made, Release)
    assert len(scores) == made.evaluation.rows == 40
    assert made.id in registry.stored(versions)
    assert registry.active_version(versions) == active
    assert capfd.readouterr() == ("", "")
