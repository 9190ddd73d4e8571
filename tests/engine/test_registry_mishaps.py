"""Trainings at once, a full disk, a kill in the middle: the active version is always a whole one, and the best."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine import files, registry, survey
from engine.assessment import Model
from engine.errors import RegistryError
from tests.engine.full_disk import disk_full_after, needs_limits
from tests.engine.people import HOME

SURVEY = survey.load(HOME)
ROOT = HOME.parents[1]

STORE_AND_ACTIVATE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from engine import registry, survey

definition, versions = survey.load(Path(sys.argv[1])), Path(sys.argv[2])
model = registry.load_active(versions, definition)
manifest = dict(registry.get(versions, model.version).manifest)
for _ in range(5):
    manifest["data"] = {**manifest["data"], "source": f"{sys.argv[3]}.csv"}
    identity = registry.save(versions, model.learnt, manifest, "", "", datetime.now(UTC))
    registry.activate_if_no_worse(versions, identity, definition)
    print(identity)
"""


@pytest.fixture
def versions(trained: Path, tmp_path: Path) -> Path:
    """Return a copy of the trained versions that a test may change."""
    return Path(shutil.copytree(trained, tmp_path / "versions"))


def manifest_of(versions: Path) -> dict[str, Any]:
    identity = registry.active_version(versions)
    assert identity is not None
    return dict(registry.get(versions, identity).manifest)


def leftovers(versions: Path) -> list[Path]:
    return list(versions.glob(f"{files.ASIDE}*"))


# -- at once ----------------------------------------------------------------------------------------------------


def test_two_processes_that_store_and_activate_at_once_lose_nothing(versions: Path) -> None:
    command = [sys.executable, "-c", STORE_AND_ACTIVATE, str(HOME), str(versions)]

    processes = [
        subprocess.Popen([*command, name], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for name in ("morning", "evening")
    ]
    outcomes = [process.communicate() for process in processes]

    assert [(process.returncode, errors) for process, (_, errors) in zip(processes, outcomes, strict=True)] == [
        (0, ""),
        (0, ""),
    ]
    made = {identity for output, _ in outcomes for identity in output.split()}
    assert made <= set(registry.stored(versions))
    assert registry.active_version(versions) in made
    for identity in registry.stored(versions):
        registry.load(versions, identity, SURVEY)
    assert leftovers(versions) == []


def copies(versions: Path, log_losses: list[float]) -> Iterator[str]:
    """Store versions that differ in their honest log-loss, known without doubt."""
    source = versions / str(registry.active_version(versions))
    manifest = manifest_of(versions)
    for number, log_loss in enumerate(log_losses):
        identity = f"20270101T00000{number}Z-00000000"
        shutil.copytree(source, versions / identity)
        metrics = manifest["metrics"] | {
            "nested": {"log_loss": {"mean": log_loss}},
            "gain": {"mean": 0.1, "low": 0.1, "high": 0.1},
        }
        (versions / identity / "manifest.json").write_text(json.dumps(manifest | {"metrics": metrics}))
        yield identity


@pytest.mark.parametrize("best", range(4))
def test_of_versions_that_are_activated_at_once_the_best_stays(versions: Path, best: int) -> None:
    log_losses = [0.4, 0.5, 0.6, 0.7]
    log_losses.insert(best, 0.3)
    identities = list(copies(versions, log_losses))
    registry.activate(versions, identities[-1], SURVEY)
    start = threading.Barrier(len(identities))

    def activate(identity: str) -> None:
        start.wait()
        registry.activate_if_no_worse(versions, identity, SURVEY)

    with ThreadPoolExecutor(len(identities)) as pool:
        list(pool.map(activate, identities))

    assert registry.active_version(versions) == identities[best]


def test_a_version_waits_to_be_compared_until_another_switch_is_done(versions: Path) -> None:
    better, worse = copies(versions, [0.3, 0.7])

    with ThreadPoolExecutor(1) as pool, files.locked(versions / ".lock"):
        reason = pool.submit(registry.activate_if_no_worse, versions, worse, SURVEY)
        (versions / "active").write_text(better, encoding="utf-8")

    assert "it keeps" in str(reason.result())
    assert registry.active_version(versions) == better


def test_the_same_content_in_the_same_second_is_the_same_version(versions: Path, model: Model) -> None:
    now, manifest = datetime(2027, 1, 1, tzinfo=UTC), manifest_of(versions)

    first, again = (registry.save(versions, model.learnt, manifest, "", "", now) for _ in range(2))
    other = registry.save(versions, model.learnt, manifest | {"seed": 99}, "", "", now)

    assert first == again
    assert other != first, "it learnt the same, but what is said of it differs"
    assert leftovers(versions) == []


# -- no room ----------------------------------------------------------------------------------------------------


@needs_limits
@pytest.mark.parametrize("room", [0, 1_000, 8_000])
def test_a_full_disk_leaves_the_active_version_untouched_and_nothing_behind(
    versions: Path, model: Model, room: int
) -> None:
    before, manifest, rows = sorted(versions.iterdir()), manifest_of(versions), "a row\n" * 2_000

    with disk_full_after(room), pytest.raises(RegistryError, match=r"not stored: .*; the active one stays"):
        registry.save(versions, model.learnt, manifest, rows, "", datetime.now(UTC))

    assert sorted(versions.iterdir()) == before
    registry.load_active(versions, SURVEY)


@needs_limits
def test_a_disk_without_room_for_a_name_leaves_the_active_version_as_it_was(versions: Path) -> None:
    identity, before = registry.active_version(versions), sorted(versions.iterdir())
    (other,) = copies(versions, [0.3])

    with disk_full_after(3), pytest.raises(RegistryError, match=r"cannot be written: .*; the active version stays"):
        registry.activate(versions, other, SURVEY)

    assert registry.active_version(versions) == identity
    assert sorted(versions.iterdir()) == sorted([*before, versions / other])


# -- killed -----------------------------------------------------------------------------------------------------


STORE_MUCH = """
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
import numpy as np
from engine import registry, survey

versions = Path(sys.argv[2])
model = registry.load_active(versions, survey.load(Path(sys.argv[1])))
slow_to_pack = {"noise": np.random.default_rng(0).random(8_000_000)}
registry.save(versions, replace(model.learnt, quantiles=slow_to_pack), {}, "", "", datetime.now(UTC))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the files of a killed process open for a while")
def test_a_kill_in_the_middle_leaves_only_what_a_later_training_removes(versions: Path, model: Model) -> None:
    before = {*versions.iterdir(), versions / ".lock"}
    process = subprocess.Popen([sys.executable, "-c", STORE_MUCH, str(HOME), str(versions)], cwd=ROOT)
    while not list(versions.glob(f"{files.ASIDE}*/model.joblib")):
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.01)

    process.kill()
    process.wait()

    (abandoned,) = {*versions.iterdir()} - before
    assert abandoned.name.startswith(files.ASIDE)
    registry.load_active(versions, SURVEY)

    made = registry.save(versions, model.learnt, manifest_of(versions), "", "", datetime.now(UTC))
    assert abandoned.exists(), "it could still be at work"

    an_hour_ago = time.time() - registry.ABANDONED_AFTER.total_seconds() - 1
    os.utime(abandoned, (an_hour_ago, an_hour_ago))
    registry.save(versions, model.learnt, manifest_of(versions), "", "", datetime.now(UTC))

    assert leftovers(versions) == []
    assert made in registry.stored(versions)
