"""A version's folder as one zip file, and back: nothing that an archive holds gets outside its folder."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from pathlib import Path, PurePosixPath, PureWindowsPath

from bot.errors import UserError

LARGEST = 64 * 2**20
"""Bytes, unpacked; a version of a few hundred rows has a tenth of a megabyte, one of 20,000 rows two."""
MOST_FILES = 100
MANIFEST = "manifest.json"


class ArchiveError(UserError):
    """An archive that cannot be made or must not be unpacked."""


def pack(folder: Path) -> bytes:
    """Return the files of a version's folder as a zip file.

    Raises
    ------
    ArchiveError
        Where they are more than `unpack` would take.
    OSError
    """
    files = sorted(path for path in folder.iterdir() if path.is_file())
    _require_bounds(len(files), sum(path.stat().st_size for path in files))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, path.name)
    return packed.getvalue()


def unpack(packed: bytes, folder: Path) -> None:
    """Write the files of a packed version into an empty folder.

    Raises
    ------
    ArchiveError
        Where it is damaged, too large, or names a file outside the folder; what is in the folder then is worth nothing.
    OSError
        Where the folder cannot be written.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            members = archive.infolist()
            _require_bounds(len(members), sum(member.file_size for member in members))
            for member in members:
                _require_plain_name(member.filename)
            for member in members:
                with archive.open(member) as file:  # asked for all, it would fill the memory with what it hides
                    (folder / member.filename).write_bytes(file.read(member.file_size + 1))
        json.loads((folder / MANIFEST).read_bytes())
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise ArchiveError(f"its archive is damaged ({error})") from None
    except FileNotFoundError:
        raise ArchiveError(f"its archive holds no {MANIFEST}") from None


def _require_bounds(files: int, size: int) -> None:
    if files > MOST_FILES:
        raise ArchiveError(f"it has {files} files, at most {MOST_FILES} travel between workers")
    if size > LARGEST:
        raise ArchiveError(f"it has {size / 2**20:.0f} MB, at most {LARGEST // 2**20} MB travel between workers")


def _require_plain_name(name: str) -> None:
    """Refuse what would be a path on any system: a version's folder has no folders in it."""
    if name in ("", ".", "..") or {PurePosixPath(name).name, PureWindowsPath(name).name} != {name}:
        raise ArchiveError(f"its archive names a file outside its folder: {name!r}")
