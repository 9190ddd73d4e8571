"""Versions are stored whole or not at all, refused by name where they do not fit, and switched atomically."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import pytest

from engine import registry, survey, table
from engine.assessment import Model
from engine.errors import RegistryError
from engine.release import refit, release
from tests.engine.people import HOME, write_people

SURVEY = survey.load(HOME)
ANSWERS = {
    "Freq_Use": "Daily",
    "Weekly_Amt": "Below 25",
    "Trust_Level": "Neutral",
    "Had_Issues": "No",
    "Sec_Aware": "No",
}


@pytest.fixture
def versions(trained: Path, tmp_path: Path) -> Path:
    """Return a copy of the trained versions that a test may damage."""
    return Path(shutil.copytree(trained, tmp_path / "versions"))


def the_version(folder: Path) -> Path:
    identity = registry.active_version(folder)
    assert identity is not None
    return folder / identity


def test_a_version_holds_all_that_is_needed_to_judge_and_remake_it(versions: Path) -> None:
    stored = the_version(versions)
    manifest = json.loads((stored / "manifest.json").read_text(encoding="utf-8"))

    assert {path.name for path in stored.iterdir()} == {"model.joblib", "manifest.json", "rows.csv", "card.md"}
    assert manifest["features"] == [feature.column for feature in SURVEY.features]
    assert manifest["classes"] == ["A", "B", "C", "D"]
    assert manifest["data"]["rows"] == 120
    assert not manifest["data"]["synthetic"]
    assert set(manifest["libraries"]) == {"python", "joblib", "numpy", "scikit-learn"}
    card = (stored / "card.md").read_text(encoding="utf-8")
    assert stored.name in card
    assert "leaky protocol" in card


def test_a_version_knows_how_it_did_by_its_own_card(versions: Path, model: Model) -> None:
    metrics = registry.get(versions, model.version).manifest["metrics"]

    assert model.trial is not None
    assert (model.trial.people, model.trial.right) == (120, metrics["nested"]["accuracy"]["mean"])
    assert model.trial.low < model.trial.right < model.trial.high
    assert model.trial.calibrated == (model.trial.off <= metrics["calibration_noise_95"])


def test_a_version_stored_before_people_were_counted_compares_with_nobody(versions: Path, model: Model) -> None:
    stored = the_version(versions)
    older = joblib.load(stored / "model.joblib")
    for part, name in ((older, "others"), *((one, "claims") for one in older.segmentation.segments)):
        del part.__dict__[name]
    joblib.dump(older, stored / "model.joblib")
    manifest = json.loads((stored / "manifest.json").read_text(encoding="utf-8"))
    manifest["sha256"] = hashlib.sha256((stored / "model.joblib").read_bytes()).hexdigest()
    (stored / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    told, today = (loaded.assess(ANSWERS) for loaded in (registry.load_active(versions, SURVEY), model))

    assert told.comparison is None
    assert (told.grade, told.probabilities, told.movable) == (today.grade, today.probabilities, today.movable)


def test_a_loaded_version_says_the_same(versions: Path, model: Model) -> None:
    assert registry.load_active(versions, SURVEY).assess(ANSWERS) == model.assess(ANSWERS)


def damage_model(folder: Path) -> None:
    content = bytearray((folder / "model.joblib").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "model.joblib").write_bytes(bytes(content))


def edit_manifest(**changes: Any) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        path = folder / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")

    return edit


def edit_library(name: str, version: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        edit_manifest(libraries=manifest["libraries"] | {name: version})(folder)

    return edit


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (damage_model, r"model\.joblib is damaged"),
        (lambda folder: (folder / "model.joblib").unlink(), r"model\.joblib cannot be read"),
        (lambda folder: (folder / "manifest.json").write_text("{"), r"manifest\.json is damaged"),
        (edit_manifest(format=99), "its format is 99, this program reads 2"),
        (edit_library("numpy", "1.0.0"), r"it was made with numpy 1\.0\.0, installed is"),
        (edit_library("python", "3.9.1"), r"it was made with python 3\.9\.1, installed is"),
        (edit_manifest(survey={"id": "tea", "hash": "0"}), "another survey or other questions"),
    ],
)
def test_what_does_not_fit_is_refused_by_name_with_the_way_out(
    versions: Path, harm: Callable[[Path], None], said: str
) -> None:
    stored = the_version(versions)
    harm(stored)

    with pytest.raises(RegistryError, match=said) as caught:
        registry.load_active(versions, SURVEY)

    assert stored.name in str(caught.value)
    assert "Way out" in str(caught.value)


@pytest.mark.parametrize("content", ["{}", "[]", '{"format": 1}', '{"data": {"synthetic": false}}'])
def test_a_manifest_of_another_shape_is_refused_and_never_a_traceback(versions: Path, content: str) -> None:
    stored = the_version(versions)
    (stored / "manifest.json").write_text(content, encoding="utf-8")

    with pytest.raises(RegistryError, match=stored.name):
        registry.load_active(versions, SURVEY)
    with pytest.raises(RegistryError, match=stored.name):
        refit(SURVEY, versions, stored.name, progress=lambda done, of: None)
    assert registry.stored(versions) == [stored.name]


def test_a_file_that_is_no_model_is_refused_although_its_hash_fits(versions: Path) -> None:
    stored = the_version(versions)
    (stored / "model.joblib").write_bytes(b"a letter to the editor")
    edit_manifest(sha256=hashlib.sha256(b"a letter to the editor").hexdigest())(stored)

    with pytest.raises(RegistryError, match=r"model\.joblib cannot be loaded"):
        registry.load_active(versions, SURVEY)


def test_only_versions_count_as_trained(tmp_path: Path) -> None:
    (tmp_path / "lost+found").mkdir()
    assert not registry.ever_trained(tmp_path)

    (tmp_path / "20261123T065500Z-0123abcd").mkdir()
    assert registry.ever_trained(tmp_path), "even where nothing of it can be read"


def test_where_versions_stand_but_none_is_active_the_way_to_activate_one_is_named(versions: Path) -> None:
    stored = the_version(versions)
    (versions / "active").unlink()

    with pytest.raises(RegistryError, match=f"python -m engine models activate {stored.name}"):
        registry.load_active(versions, SURVEY)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_another_user_may_read_which_version_is_active(versions: Path) -> None:
    registry.activate(versions, the_version(versions).name, SURVEY)

    assert (versions / "active").stat().st_mode & 0o777 == 0o644


def test_a_place_that_cannot_be_written_is_noticed_before_the_training(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    people = table.read(SURVEY, write_people(tmp_path / "people.csv", rows=40))
    steps: list[int] = []

    with pytest.raises(RegistryError, match="cannot be written"):
        release(SURVEY, people, tmp_path / "file", progress=lambda done, of: steps.append(done))

    assert steps == []


def test_no_version_yet_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="python -m engine train"):
        registry.load_active(tmp_path, SURVEY)


def test_an_unfit_version_cannot_become_active(versions: Path) -> None:
    good = the_version(versions)
    bad = Path(shutil.copytree(good, versions / "20200101T000000Z-00000000"))
    damage_model(bad)

    with pytest.raises(RegistryError, match="20200101T000000Z-00000000"):
        registry.activate(versions, bad.name, SURVEY)

    assert registry.active_version(versions) == good.name


def test_a_version_that_is_gone_is_named_with_those_that_are_there(versions: Path) -> None:
    with pytest.raises(RegistryError, match=f"there is no version tomorrow; stored: {the_version(versions).name}"):
        registry.activate(versions, "tomorrow", SURVEY)


def test_a_folder_elsewhere_is_no_version(versions: Path) -> None:
    shutil.copytree(the_version(versions), versions.parent / "elsewhere")

    with pytest.raises(RegistryError, match=r"there is no version \.\./elsewhere"):
        registry.activate(versions, "../elsewhere", SURVEY)


def test_a_damaged_version_is_made_anew_from_its_own_rows(versions: Path) -> None:
    stored = the_version(versions)
    damage_model(stored)

    made = refit(SURVEY, versions, stored.name, progress=lambda done, of: None)

    assert registry.active_version(versions) == made.id
    assert made.manifest["data"] == json.loads((stored / "manifest.json").read_text(encoding="utf-8"))["data"]
    registry.load_active(versions, SURVEY)


def test_rows_that_were_changed_since_are_no_ground_to_make_a_version_anew(versions: Path) -> None:
    stored = the_version(versions)
    header, first, *rest = (stored / "rows.csv").read_text(encoding="utf-8").splitlines()
    (stored / "rows.csv").write_text("\n".join([header, *rest, first]), encoding="utf-8")

    with pytest.raises(RegistryError, match=r"rows\.csv is not what it learnt from any more"):
        refit(SURVEY, versions, stored.name, progress=lambda done, of: None)

    assert registry.stored(versions) == [stored.name]


# -- made elsewhere -----------------------------------------------------------------------------------------------


def test_a_version_made_elsewhere_is_taken_in_without_being_activated(trained: Path, tmp_path: Path) -> None:
    source = the_version(trained)

    registry.receive(tmp_path, source.name, lambda folder: copy_files(source, folder), SURVEY)

    assert registry.verify(tmp_path, source.name, SURVEY).id == source.name
    assert registry.active_version(tmp_path) is None


def test_a_received_version_takes_the_place_of_a_damaged_one_and_never_of_a_sound_one(
    versions: Path, trained: Path
) -> None:
    sound, there = the_version(trained), the_version(versions)
    damage_model(there)

    registry.receive(versions, sound.name, lambda folder: copy_files(sound, folder), SURVEY)
    registry.verify(versions, sound.name, SURVEY)

    def write_damaged(folder: Path) -> None:
        copy_files(sound, folder)
        damage_model(folder)

    registry.receive(versions, sound.name, write_damaged, SURVEY)
    registry.verify(versions, sound.name, SURVEY)


def test_a_version_that_cannot_be_received_leaves_nothing_behind(versions: Path) -> None:
    before, identity = sorted(versions.iterdir()), the_version(versions).name

    def break_off(folder: Path) -> None:
        (folder / "manifest.json").write_text("{", encoding="utf-8")
        raise OSError(28, "No space left on device")

    with pytest.raises(RegistryError, match=f"{identity} was not stored: No space left on device"):
        registry.receive(versions, identity, break_off, SURVEY)
    with pytest.raises(RegistryError, match="is no version's id"):
        registry.receive(versions, "../elsewhere", break_off, SURVEY)

    assert sorted(versions.iterdir()) == before


def copy_files(source: Path, folder: Path) -> None:
    shutil.copytree(source, folder, dirs_exist_ok=True)
