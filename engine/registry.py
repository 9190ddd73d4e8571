"""Trained versions on disk: save, verify, activate, roll back.

A version is a folder ``<UTC time>-<hash>`` holding ``model.joblib``, ``manifest.json``, the training rows and a card.
It is written aside and renamed, never overwritten; the file ``active`` names the version in use and is replaced
atomically. The hash detects damage, not tampering: a model file is a pickle, so load only your own.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

from engine.assessment import Learnt, Model
from engine.errors import RegistryError
from engine.survey import Survey

FORMAT = 1
"""Number of the stored form. Raise it when `Learnt` or the manifest changes, and keep a reader of the older form."""
LIBRARIES = ("joblib", "numpy", "scikit-learn")
"""A version is refused where one of these differs in more than its last number."""

_IDENTITY = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
_MODEL, _MANIFEST, _ROWS, _CARD, _ACTIVE = "model.joblib", "manifest.json", "rows.csv", "card.md", "active"


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

    aside = _folder_aside(models_dir)
    try:
        joblib.dump(learnt, aside / _MODEL, compress=3)
        digest = _sha256(aside / _MODEL)
        identity = f"{now:%Y%m%dT%H%M%SZ}-{digest[:8]}"
        whole = {
            "format": FORMAT,
            "id": identity,
            "created": now.isoformat(timespec="seconds"),
            "sha256": digest,
            "libraries": _libraries(),
            **manifest,
        }
        (aside / _ROWS).write_text(rows_csv, encoding="utf-8", newline="")
        (aside / _CARD).write_text(card.replace("{version}", identity), encoding="utf-8")
        (aside / _MANIFEST).write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")
        if not (models_dir / identity).exists():  # the same second and content: the very same version
            aside.chmod(0o755)
            aside.rename(models_dir / identity)
    except OSError as error:
        raise RegistryError(f"the version was not stored: {error.strerror}; the active one stays") from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return identity


def require_writable(models_dir: Path) -> None:
    """Raise `RegistryError` where no version could be stored: better before a training than after it."""
    _folder_aside(models_dir).rmdir()


def _folder_aside(models_dir: Path) -> Path:
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=".new-", dir=models_dir))
    except OSError as error:
        raise RegistryError(
            f"{models_dir} cannot be written: {error.strerror}; MODELS_DIR names another place"
        ) from None


def _libraries() -> dict[str, str]:
    return {name: installed_version(name) for name in LIBRARIES}


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
    try:
        manifest = _read_manifest(folder)
    except FileNotFoundError:
        known = ", ".join(version.id for version in versions(models_dir)) or "none"
        raise RegistryError(f"there is no version {identity}; stored: {known}") from None
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
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix=".active-", dir=models_dir, delete=False, encoding="utf-8"
        ) as file:
            file.write(identity + "\n")
            file.flush()
            os.fsync(file.fileno())
        aside = Path(file.name)
        aside.chmod(0o644)  # whoever trains need not be whom the bot runs as
        aside.replace(models_dir / _ACTIVE)
    except OSError as error:
        raise RegistryError(f"{models_dir} cannot be written: {error.strerror}; the active version stays") from None


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
    return Model(survey, learnt, identity, version.synthetic)


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


def may_replace(old: Version | None, manifest: Mapping[str, Any]) -> str | None:
    """Say why a new version must not replace the active one by itself; None: it may.

    Real rows always replace invented ones and never the other way round. Otherwise the share of the baseline's log-loss
    that is left must not have grown by more than one standard error of the new gain.
    """
    if old is None:
        return None
    if old.synthetic != manifest["data"]["synthetic"]:
        return None if old.synthetic else "the active version learnt from real answers, this one from invented ones"

    def left(metrics: Mapping[str, Any]) -> float:
        return float(metrics["nested"]["log_loss"]["mean"] / metrics["class_shares"]["log_loss"]["mean"])

    gain = manifest["metrics"]["gain"]
    slack = (gain["high"] - gain["low"]) / (2 * 1.96) / manifest["metrics"]["class_shares"]["log_loss"]["mean"]
    before, after = left(old.manifest["metrics"]), left(manifest["metrics"])
    if after > before + slack:
        return f"it keeps {after:.1%} of the class shares' log-loss, the active one {before:.1%}"
    return None
