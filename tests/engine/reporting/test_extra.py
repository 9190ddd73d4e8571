"""Sections that somebody else has made: read whole, and refused in one line that says what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InputError
from engine.reporting.extra import read_sections
from engine.reporting.parts import Column, Drawn, Section, Table

PNG = b"\x89PNG\r\n\x1a\n and so on"
FUNNEL: dict[str, Any] = {
    "name": "funnel",
    "title": "The way to the end",
    "paragraphs": ["Of 100 people 40 came to the end.", "Most of the others left at once."],
    "figure": {"file": "funnel.png", "title": "Who was still there", "alt": "Bars: 100, 60, 40."},
    "table": {
        "title": "Steps",
        "columns": [
            {"title": "Step"},
            {"title": "People", "format": "count"},
            {"title": "Share", "format": "share", "digits": 3},
        ],
        "rows": [["Start", 100, 1.0], ["End", 40, None]],
    },
}


def read(folder: Path, *sections: Any) -> tuple[Section, ...]:
    (folder / "funnel.png").write_bytes(PNG)
    path = folder / "sections.json"
    path.write_text(json.dumps(list(sections)), encoding="utf-8")
    return read_sections(path)


def test_paragraphs_a_figure_and_a_table_in_this_order(tmp_path: Path) -> None:
    (made,) = read(tmp_path, FUNNEL)

    columns = (Column("Step"), Column("People", "count"), Column("Share", "share", 3))
    assert made == Section(
        "funnel",
        "The way to the end",
        (
            "Of 100 people 40 came to the end.",
            "Most of the others left at once.",
            Drawn("funnel", "Who was still there", "Bars: 100, 60, 40.", PNG),
            Table("funnel", "Steps", columns, (("Start", 100, 1.0), ("End", 40, None))),
        ),
    )


def test_figure_and_table_may_be_missing_or_null(tmp_path: Path) -> None:
    made = read(
        tmp_path, {"name": "a", "title": "A", "paragraphs": ["Words."]}, {"name": "b", "title": "B", "table": None}
    )

    assert made == (Section("a", "A", ("Words.",)), Section("b", "B", ()))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "../../funnel"}, "lower-case letters"),
        ({"name": ""}, "lower-case letters"),
        ({"title": None, "paragraphs": "One."}, "no list"),
        ({"figure": {"file": "sections.json", "title": "", "alt": ""}}, "no PNG file"),
        ({"figure": {"file": "funnel.png"}}, "'title'"),
        ({"table": FUNNEL["table"] | {"rows": [["Start", 100]]}}, "has not 3 cells"),
        ({"table": FUNNEL["table"] | {"rows": [["Start", 100, [1.0]]]}}, "neither a text nor a number"),
        ({"table": FUNNEL["table"] | {"columns": [{"title": "Step", "format": "money"}]}}, "format 'money'"),
    ],
)
def test_what_is_no_section_is_refused(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=r"sections\.json.*is no list of sections") as refused:
        read(tmp_path, FUNNEL | change)

    assert said in str(refused.value)


@pytest.mark.parametrize("text", ["{", '{"name": "a"}', "[1]", "3", "\ud800"])
def test_what_is_no_list_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sections.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))

    with pytest.raises(InputError, match="is no list of sections"):
        read_sections(path)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"sections\.json.*cannot be read: No such file"):
        read_sections(tmp_path / "sections.json")
    with pytest.raises(InputError, match=r"other\.png.*cannot be read: No such file"):
        read(tmp_path, FUNNEL | {"figure": {"file": "other.png", "title": "", "alt": ""}})
