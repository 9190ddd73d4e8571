"""The public survey that statsmodels ships, as a survey's folder: 6,366 women rate their marriage.

References
----------
Fair (1978), A Theory of Extramarital Affairs, Journal of Political Economy 86.
"""

from __future__ import annotations

from pathlib import Path

_DEFINITION = """
id = "fair"
languages = ["en"]
title = "Fair's survey of marriages"

[about]
organisation = "Redbook magazine, 1974"

[target]
column = "rate_marriage"
text = "How do you rate your marriage?"
grades = [
    { grade = "A", value = "5", text = "Very good" },
    { grade = "B", value = "4", text = "Good" },
    { grade = "C", value = "3", text = "Fair" },
    { grade = "D", value = "2", text = "Poor" },
    { grade = "E", value = "1", text = "Very poor" },
]
"""
_NUMBERS = ("age", "yrs_married", "children", "affairs")
_SCALES = {
    "religious": range(1, 5),
    "educ": (9, 12, 14, 16, 17, 20),
    "occupation": range(1, 7),
    "occupation_husb": range(1, 7),
}


def write(folder: Path) -> None:
    """Write survey.toml and sample.csv into ``folder``."""
    from statsmodels.datasets import fair

    folder.mkdir(parents=True, exist_ok=True)
    questions = [f'[[question]]\nid = "{name}"\nkind = "number"\ntext = "{name}"\n' for name in _NUMBERS]
    for name, codes in _SCALES.items():
        choices = ", ".join(f'{{ value = "{code}", code = {code} }}' for code in codes)
        questions.append(f'[[question]]\nid = "{name}"\nkind = "single"\ntext = "{name}"\nchoices = [{choices}]\n')
    (folder / "survey.toml").write_text("\n".join([_DEFINITION, *questions]), encoding="utf-8")
    rows = fair.load_pandas().data
    labels = ["rate_marriage", *_SCALES]
    rows.astype(dict.fromkeys(labels, int)).to_csv(folder / "sample.csv", index=False)
