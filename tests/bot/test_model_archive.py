"""A version's folder packed and unpacked: the very same files, and nothing outside it however it was packed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot import model_archive
from bot.model_archive import ArchiveError, pack, unpack
from engine import registry


def zipped(members: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_is_unpacked_is_what_was_packed(trained: Path, tmp_path: Path) -> None:
    version = trained / str(registry.active_version(trained))

    unpack(pack(version), tmp_path)

    assert contents(tmp_path) == contents(version)


@pytest.mark.parametrize(
    "name",
    ["../evil", "/tmp/evil", "charts/evil", "..\\evil", "C:\\evil", "C:evil", "..", "manifest.json/../../evil"],
)
def test_a_name_that_leads_outside_the_folder_is_refused_before_anything_is_written(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "within" / "version"
    folder.mkdir(parents=True)

    with pytest.raises(ArchiveError, match="names a file outside its folder"):
        unpack(zipped({"manifest.json": b"{}", name: b"evil"}), folder)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_more_than_the_limit_is_neither_packed_nor_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    much = b"a" * 3_000_000
    packed = zipped({"manifest.json": b"{}", "rows.csv": much})
    (tmp_path / "rows.csv").write_bytes(much)
    monkeypatch.setattr(model_archive, "LARGEST", 2_000_000)

    with pytest.raises(ArchiveError, match="has 3 MB, at most"):
        unpack(packed, tmp_path)
    with pytest.raises(ArchiveError, match="has 3 MB, at most"):
        pack(tmp_path)


def test_a_file_that_states_less_than_it_holds_is_damaged(tmp_path: Path) -> None:
    true_size, stated = (3_000_000).to_bytes(4, "little"), (5).to_bytes(4, "little")
    packed = zipped({"rows.csv": b"a" * 3_000_000}).replace(true_size, stated)

    with pytest.raises(ArchiveError, match="is damaged"):
        unpack(packed, tmp_path)

    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 100


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="101 files, at most 100"):
        unpack(zipped({f"{number}.png": b"" for number in range(101)}), tmp_path)


@pytest.mark.parametrize("packed", [b"", b"no zip file", zipped({"manifest.json": b"{}"})[:-10]])
def test_what_is_no_whole_zip_file_is_damaged(packed: bytes, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="is damaged"):
        unpack(packed, tmp_path)


@pytest.mark.parametrize("position", [0.1, 0.3, 0.5, 0.7])
def test_a_byte_that_fell_over_is_noticed(position: float, trained: Path, tmp_path: Path) -> None:
    packed = bytearray(pack(trained / str(registry.active_version(trained))))
    packed[int(len(packed) * position)] ^= 1

    with pytest.raises(ArchiveError, match="is damaged"):
        unpack(bytes(packed), tmp_path)


def test_an_archive_without_a_manifest_is_no_version(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"holds no manifest\.json"):
        unpack(zipped({"rows.csv": b""}), tmp_path)
