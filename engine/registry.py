"""Trained versions on disk: save, verify, activate, roll back.

A version is a folder ``<UTC time>-<hash>`` holding ``model.joblib``, ``manifest.json``, the training rows and a card.
It is written aside and renamed, never overwritten; the file ``active`` names the version in use and is replaced
atomically, under a lock, so that of two trainings at once each is compared with what is active then. The hash detects
damage, not tampering: a model file is a pickle, so load only your own.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

from engine import files, succession
from engine.assessment import Learnt, Model
from engine.errors import RegistryError
from engine.survey import Survey
from engine.trial import read_trial

FORMAT = 2
"""Number of the stored form. Raise it when `Learnt` or the manifest changes so that older versions could not serve:
those are then refused, and made anew from their own rows, which every form keeps in the same way. A field that may be
missing, and has a default on its class, needs none."""
LIBRARIES = ("joblib", "numpy", "scikit-learn")
"""A version is refused where one of these, or Python, differs in more than its last number."""
ABANDONED_AFTER = timedelta(hours=1)
"""Storing takes seconds; what is unfinished for so long was left behind by a crash."""

_IDENTITY = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
_MODEL, _MANIFEST, _ROWS, _CARD = "model.joblib", "manifest.json", "rows.csv", "card.md"
_ACTIVE, _LOCK = "active", ".lock"


@dataclass(frozen=True)
class Version:
    """One stored version.

    Attributes
    ----------
    manifest : mapping
        Format number, hash, library versions, survey hash, data fingerprint, metrics …
    """

    id: str
    folder: Path
    manifest: Mapping[str, Any]
    active: bool

    @property
    def synthetic(self) -> bool:
        """Whether it learnt from invented rows."""
        return bool(self.manifest["data"]["synthetic"])

    @property
    def rows(self) -> Path:
        """Where the rows are that it learnt from."""
        return self.folder / _ROWS


def save(models_dir: Path, learnt: Learnt, manifest: Mapping[str, Any], rows_csv: str, card: str, now: datetime) -> str:
    """Store a version (without activating it) and return its id.

    Raises
    ------
    RegistryError
        Where the disk is full or the folder cannot be written; nothing is left behind and the active version stays.
    """
    import joblib

    _remove_abandoned(models_dir, now)
    aside = _folder_aside(models_dir)
    try:
        joblib.dump(learnt, aside / _MODEL, compress=3)
        whole = {
            "format": FORMAT,
            "created": now.isoformat(timespec="seconds"),
            "sha256": _sha256(aside / _MODEL),
            "libraries": _libraries(),
            **manifest,
        }
        identity = f"{now:%Y%m%dT%H%M%SZ}-{hashlib.sha256(_json(whole).encode()).hexdigest()[:8]}"
        (aside / _ROWS).write_text(rows_csv, encoding="utf-8", newline="")
        (aside / _CARD).write_text(card.replace("{version}", identity), encoding="utf-8")
        (aside / _MANIFEST).write_text(_json({"id": identity, **whole}), encoding="utf-8")
        _keep(aside, models_dir / identity)
    except OSError as error:
        raise RegistryError(f"the version was not stored: {error.strerror or error}; the active one stays") from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return identity


def receive(models_dir: Path, identity: str, write: Callable[[Path], None], survey: Survey) -> None:
    """Take in a version that was made elsewhere, without activating it.

    One that is refused is kept as well, since it can be made anew from its own rows; but a version that is there
    already gives way only where it is refused and the received one is not.

    Parameters
    ----------
    models_dir : Path
    identity : str
    write : callable
        Writes the version's files into the folder that it is given; what it raises leaves nothing behind.
    survey : Survey

    Raises
    ------
    RegistryError
        Where the folder of the versions cannot be written.
    """
    if not _IDENTITY.fullmatch(identity):
        raise RegistryError(f"{identity} is no version's id")
    _remove_abandoned(models_dir, datetime.now(UTC))
    aside, folder = _folder_aside(models_dir), models_dir / identity
    received = aside / identity
    try:
        received.mkdir()
        write(received)
        if folder.is_dir() and not _refused(aside, identity, survey) and _refused(models_dir, identity, survey):
            folder.rename(aside / "refused")
        _keep(received, folder)
    except OSError as error:
        raise RegistryError(f"version {identity} was not stored: {error.strerror or error}") from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _refused(models_dir: Path, identity: str, survey: Survey) -> bool:
    try:
        verify(models_dir, identity, survey)
    except RegistryError:
        return True
    return False


def _json(manifest: Mapping[str, Any]) -> str:
    return json.dumps(manifest, ensure_ascii=False, indent=1)


def _keep(aside: Path, folder: Path) -> None:
    """Give a finished folder its name, once the disk holds every byte of it: a name must never stand for less."""
    for path in (*aside.iterdir(), aside):
        files.sync(path)
    aside.chmod(0o755)  # whoever trains need not be whom the bot runs as
    try:
        aside.rename(folder)
    except OSError:
        if not folder.is_dir():  # else the same second and content: the very same version
            raise
    files.sync(folder.parent)


def _remove_abandoned(models_dir: Path, now: datetime) -> None:
    for path in models_dir.glob(f"{files.ASIDE}*"):
        with suppress(OSError):  # another training may have finished with it just now
            if now - datetime.fromtimestamp(path.stat().st_mtime, UTC) > ABANDONED_AFTER:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def require_writable(models_dir: Path) -> None:
    """Raise `RegistryError` where no version could be stored: better before a training than after it."""
    _folder_aside(models_dir).rmdir()


def _folder_aside(models_dir: Path) -> Path:
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=files.ASIDE, dir=models_dir))
    except OSError as error:
        raise RegistryError(
            f"{models_dir} cannot be written: {error.strerror}; MODELS_DIR names another place"
        ) from None


def _libraries() -> dict[str, str]:
    return {"python": platform.python_version(), **{name: installed_version(name) for name in LIBRARIES}}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def active_version(models_dir: Path) -> str | None:
    """Return the id of the active version; None where there is none yet."""
    try:
        return (models_dir / _ACTIVE).read_text(encoding="utf-8", errors="replace").strip() or None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RegistryError(f"{models_dir / _ACTIVE} cannot be read: {error.strerror}") from None


def ever_trained(models_dir: Path) -> bool:
    """Whether there is a version, usable or not: then nothing may take its place silently."""
    return active_version(models_dir) is not None or bool(stored(models_dir))


def stored(models_dir: Path) -> list[str]:
    """Return the ids of all that looks like a version, oldest first, readable or not."""
    return sorted(path.name for path in models_dir.glob("*/") if _IDENTITY.fullmatch(path.name))


def expected(models_dir: Path) -> list[str]:
    """Return the ids of `stored` and, should it be gone, of the active version."""
    active, there = active_version(models_dir), stored(models_dir)
    return there if active is None or active in there else [*there, active]


def versions(models_dir: Path) -> list[Version]:
    """Return the stored versions, oldest first; folders without a readable manifest are left out."""
    active = active_version(models_dir)
    found = []
    for identity in stored(models_dir):
        try:
            manifest = _read_manifest(models_dir / identity)
        except (OSError, ValueError):
            continue
        found.append(Version(identity, models_dir / identity, manifest, identity == active))
    return found


def _read_manifest(folder: Path) -> Mapping[str, Any]:
    """Return the manifest, at least of the shape that all formats share; ValueError where it is not."""
    manifest: Any = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    parts = [manifest.get(part) for part in ("data", "survey", "libraries")] if isinstance(manifest, dict) else [None]
    if not all(isinstance(part, dict) for part in parts) or "synthetic" not in manifest["data"]:
        raise ValueError("a manifest lacks what all of them have")
    found: Mapping[str, Any] = manifest
    return found


def get(models_dir: Path, identity: str) -> Version:
    """Return one version's manifest.

    Raises
    ------
    RegistryError
        Where there is no such version or its manifest cannot be read.
    """
    folder = models_dir / identity
    if not _IDENTITY.fullmatch(identity) or not folder.is_dir():
        known = ", ".join(version.id for version in versions(models_dir)) or "none"
        raise RegistryError(f"there is no version {identity}; stored: {known}")
    try:
        manifest = _read_manifest(folder)
    except (OSError, ValueError):
        raise RegistryError(f"version {identity}: {_MANIFEST} is damaged. {_WAY_OUT_WITHOUT_ROWS}") from None
    return Version(identity, folder, manifest, identity == active_version(models_dir))


def activate(models_dir: Path, identity: str, survey: Survey) -> None:
    """Make a version the active one, after verifying it; running bots take it up by themselves.

    Raises
    ------
    RegistryError
        Where the version is missing, damaged or foreign; the active one stays.
    """
    verify(models_dir, identity, survey)
    with _switching(models_dir):
        _switch(models_dir, identity)


def activate_if_no_worse(models_dir: Path, identity: str, survey: Survey) -> str | None:
    """Do as `activate` unless that would be a step back; return why it was not done, or None."""
    version = verify(models_dir, identity, survey)
    with _switching(models_dir):
        reason = succession.objection(_usable_active(models_dir, survey), version.manifest)
        if reason is None:
            _switch(models_dir, identity)
    return reason


def activate_in_place_of(models_dir: Path, before: str | None, identity: str, survey: Survey) -> bool:
    """Do as `activate` if ``before``, with which the version was compared, is still active; return whether it was."""
    verify(models_dir, identity, survey)
    with _switching(models_dir):
        if unchanged := active_version(models_dir) == before:
            _switch(models_dir, identity)
    return unchanged


def _usable_active(models_dir: Path, survey: Survey) -> Mapping[str, Any] | None:
    """Return the active version's manifest if it could serve; one that is refused must not keep a good one out."""
    identity = active_version(models_dir)
    try:
        return None if identity is None else verify(models_dir, identity, survey).manifest
    except RegistryError:
        return None


@contextmanager
def _switching(models_dir: Path) -> Iterator[None]:
    """Let nobody else compare or switch meanwhile."""
    try:
        with files.locked(models_dir / _LOCK):
            yield
    except OSError as error:
        raise RegistryError(
            f"{models_dir} cannot be written: {error.strerror or error}; the active version stays"
        ) from None


def _switch(models_dir: Path, identity: str) -> None:
    with files.replacing(models_dir / _ACTIVE) as aside:
        aside.write_text(f"{identity}\n", encoding="utf-8")
        aside.chmod(0o644)  # whoever trains need not be whom the bot runs as


_OTHERS = "`python -m engine models activate ID` goes back to another, `python -m engine train` trains a new one."
_WAY_OUT = f"Way out: `python -m engine models refit ID` makes it anew from its own rows, {_OTHERS}"
_WAY_OUT_WITHOUT_ROWS = f"Way out: {_OTHERS}"


def verify(models_dir: Path, identity: str, survey: Survey) -> Version:
    """Check a version without loading it: format, survey, libraries, hash.

    Raises
    ------
    RegistryError
        Naming the version, what does not fit and the way out.
    """
    version = get(models_dir, identity)
    fault = _fault(version, survey)
    if fault:
        raise RegistryError(f"version {identity} is refused: {fault}. {_WAY_OUT}")
    return version


def _fault(version: Version, survey: Survey) -> str | None:
    manifest = version.manifest
    if manifest.get("format") != FORMAT:
        return f"its format is {manifest.get('format')}, this program reads {FORMAT}"
    if manifest.get("survey", {}).get("hash") != survey.meaning_hash:
        return f"it was trained for another survey or other questions than {survey.id}/survey.toml asks now"
    for name, found in _libraries().items():
        wanted = str(manifest.get("libraries", {}).get(name))
        if wanted.split(".")[:2] != found.split(".")[:2]:
            return f"it was made with {name} {wanted}, installed is {found}"
    try:
        if _sha256(version.folder / _MODEL) != manifest.get("sha256"):
            return f"{_MODEL} is damaged (its SHA-256 is not the manifest's)"
    except OSError as error:
        return f"{_MODEL} cannot be read ({error.strerror})"
    return None


def load(models_dir: Path, identity: str, survey: Survey) -> Model:
    """Verify and load a version.

    Raises
    ------
    RegistryError
        See `verify`.
    """
    import joblib

    version = verify(models_dir, identity, survey)
    try:
        learnt = joblib.load(version.folder / _MODEL)
    except Exception as error:  # what a pickle of something else raises is anything at all
        fault = f"{_MODEL} cannot be loaded ({type(error).__name__})"
        raise RegistryError(f"version {identity} is refused: {fault}. {_WAY_OUT}") from None
    if not isinstance(learnt, Learnt):
        raise RegistryError(f"version {identity} is refused: {_MODEL} holds something else. {_WAY_OUT}")
    return Model(survey, learnt, identity, version.synthetic, read_trial(version.manifest.get("metrics")))


def load_active(models_dir: Path, survey: Survey) -> Model:
    """Load the active version.

    Raises
    ------
    RegistryError
        Where there is none yet, or it is refused.
    """
    identity = active_version(models_dir)
    if identity is None:
        there = stored(models_dir)
        if there:
            raise RegistryError(f"no version is active; `python -m engine models activate {there[-1]}` makes it so")
        raise RegistryError(f"no trained version in {models_dir} yet; `python -m engine train` makes one")
    return load(models_dir, identity, survey)
