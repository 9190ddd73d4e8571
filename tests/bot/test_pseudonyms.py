from __future__ import annotations

import re
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.errors import UserError
from bot.pseudonyms import KEY_FILE, Pseudonyms, read_or_make
from bot.settings import Settings
from bot.store.letters import Address

SOKHA = Address("telegram", "7")


@given(st.sets(st.integers(1, 2**52), min_size=2, max_size=50))
def test_different_people_have_different_pseudonyms_that_do_not_tell_their_ids(ids: set[int]) -> None:
    pseudonyms = Pseudonyms("a key of some length")

    names = {pseudonyms.of(Address("telegram", str(each))) for each in ids}

    assert len(names) == len(ids)
    assert all(re.fullmatch(r"R-[A-Z2-7]{16}", name) for name in names)


def test_the_same_person_has_the_same_pseudonym_under_the_same_key_only() -> None:
    assert Pseudonyms("a key of some length").of(SOKHA) == Pseudonyms("a key of some length").of(SOKHA)
    assert Pseudonyms("a key of some length").of(SOKHA) != Pseudonyms("another key of some length").of(SOKHA)
    assert Pseudonyms("a key of some length").of(SOKHA) != Pseudonyms("a key of some length").of(Address("sms", "7"))


def test_a_key_is_made_at_the_first_start_and_kept(tmp_path: Path) -> None:
    first = read_or_make(Settings(), tmp_path / "survey.db")
    second = read_or_make(Settings(), tmp_path / "survey.db")

    assert first.of(SOKHA) == second.of(SOKHA)
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_its_owner_may_read_the_key_that_is_made(tmp_path: Path) -> None:
    read_or_make(Settings(), tmp_path / "survey.db")

    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600


def test_a_key_that_is_set_comes_before_the_file(tmp_path: Path) -> None:
    chosen = read_or_make(Settings(data_key=SecretStr("a key of some length")), tmp_path / "survey.db")

    assert chosen.of(SOKHA) == Pseudonyms("a key of some length").of(SOKHA)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 40])
def test_a_damaged_key_file_is_never_written_over(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(content)

    with pytest.raises(UserError, match=r"DATA_KEY: not set, and .*data\.key holds no key"):
        read_or_make(Settings(), tmp_path / "survey.db")

    assert (tmp_path / KEY_FILE).read_bytes() == content


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"DATA_KEY: not set, and .* can be neither read nor made"):
        read_or_make(Settings(), tmp_path / "nowhere" / "survey.db")
