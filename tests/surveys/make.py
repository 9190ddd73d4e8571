"""Writes the sample of every survey made for the tests: invented answers with a pattern, and noise as surveys have it.

Run ``python -m tests.surveys.make`` after changing a survey; a test holds the files to what this makes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.surveys.makers import (
    binary,
    coffee,
    five_groups,
    nominal_heavy,
    number_labels,
    one_row_classes,
)
from tests.surveys.makers.chance import People

FOLDER = Path(__file__).parent
HOME_DEFINITION = FOLDER.parents[1] / "models" / "mobile_money" / "survey.toml"

MAKERS: Mapping[str, Callable[[], People]] = {
    "binary": binary.people,
    "coffee": coffee.people,
    "five_groups": five_groups.people,
    "nominal_heavy": nominal_heavy.people,
    "number_labels": number_labels.people,
    "one_row_classes": one_row_classes.people,
}
"""By the survey's folder."""


def files() -> Mapping[Path, str]:
    """Return every file that is made, and its text."""
    samples = {FOLDER / name / "sample.csv": _table(people()) for name, people in MAKERS.items()}
    return {**samples, FOLDER / "five_groups" / "survey.toml": HOME_DEFINITION.read_text(encoding="utf-8")}


def _table(people: People) -> str:
    rows = list(people)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
