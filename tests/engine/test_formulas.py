from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import survey as surveys
from engine import table
from engine.tables.formulas import bared, guarded

COFFEE = Path(__file__).parents[1] / "surveys" / "coffee"


@given(st.text(st.sampled_from("'=+-@\t\ra1")))
def test_what_is_guarded_comes_back_and_never_begins_like_a_formula(text: str) -> None:
    assert bared(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize(("written", "meant"), [("'=1+1", "=1+1"), ("''-7", "'-7"), ("'tis", "'tis"), ("-7", "-7")])
def test_a_guarded_cell_of_a_csv_file_is_read_as_it_was_meant(written: str, meant: str, tmp_path: Path) -> None:
    coffee = surveys.load(COFFEE)
    columns = [feature.column for feature in coffee.features]
    path = tmp_path / "guarded.csv"
    path.write_text(f"ID,Lover,{','.join(columns)}\n{written},Yes,Daily\n", encoding="utf-8")

    found = table.read(coffee, path)

    assert found.ids is not None
    assert list(found.ids) == [meant]
