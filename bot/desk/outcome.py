"""What came of a training, in words: the decision, the numbers with their intervals, and whose answers they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.conversation import layout
from bot.desk.texts import desk_text
from engine.gate import RECALL_FROM
from engine.survey import Survey

COMPARED = ("log_loss", "accuracy", "balanced_accuracy", "quadratic_weighted_kappa")
"""Metrics that are shown, of those in ``evaluate --json``."""
SOURCES = 8
"""Sources that are named, the largest first."""


def outcome_text(outcome: Mapping[str, Any], survey: Survey, language: str) -> str:
    """Return what a person is told of a training; see `engine.challenge` for the outcome."""
    parts = (
        desk_text(f"outcome_{outcome['decision']}", language),
        layout.bullets(list(outcome["reasons"])),
        "\n".join(_numbers(outcome, language)),
        "\n".join(_recalls(outcome, survey, language)),
        "\n".join(_rows(outcome, language)),
        "\n".join(_changes(outcome, survey, language)),
    )
    return layout.clip(layout.paragraphs(*parts))


def _numbers(outcome: Mapping[str, Any], language: str) -> Iterator[str]:
    new, old = outcome["challenger_metrics"], outcome["champion_metrics"]
    if new is None:
        return
    yield desk_text("numbers" if old is None else "numbers_beside", language)
    for name in COMPARED:
        values = {"metric": desk_text(f"metric_{name}", language), "new": _estimate(new[name])}
        if old is None:
            yield desk_text("number", language, **values)
        else:
            yield desk_text("number_beside", language, old=_estimate(old[name]), **values)
    if (difference := outcome["difference"]) is not None:
        yield desk_text("difference", language, difference=_estimate(difference, signed=True))


def _estimate(estimate: Mapping[str, float], *, signed: bool = False) -> str:
    form = "+.3f" if signed else ".2f"
    return f"{estimate['mean']:{form}} ({estimate['low']:{form}} … {estimate['high']:{form}})"


def _recalls(outcome: Mapping[str, Any], survey: Survey, language: str) -> Iterator[str]:
    """Say of each grade how many of those who gave it are recognised."""
    if outcome["confusion"] is None:
        return
    yield desk_text("recall", language)
    for letter, recall in outcome["recall"].items():
        values = {"grade": letter, "answer": survey.target.by_letter[letter].text.to(language), "rows": recall["rows"]}
        if recall["rows"] < RECALL_FROM or recall["challenger"] is None:
            yield desk_text("recall_cannot_tell", language, **values)
        elif recall["champion"] is None:
            yield desk_text("recall_line", language, new=_share(recall["challenger"]), **values)
        else:
            shares = {"new": _share(recall["challenger"]), "old": _share(recall["champion"])}
            verdict = desk_text(f"verdict_{recall['verdict'].replace(' ', '_')}", language)
            yield desk_text("recall_beside", language, verdict=verdict, **shares, **values)


def _share(estimate: Mapping[str, float]) -> str:
    return f"{estimate['mean']:.0%} ({estimate['low']:.0%} … {estimate['high']:.0%})"


def _rows(outcome: Mapping[str, Any], language: str) -> Iterator[str]:
    """Say where the rows came from, and that campaign people chose themselves."""
    sources = sorted(outcome["sources"].items(), key=lambda one: -one[1])
    if not sources:
        return
    yield desk_text("rows_by_source", language, labels=outcome["labels"], new=outcome["new"])
    for source, rows in sources[:SOURCES]:
        yield desk_text("rows_of_source", language, source=source, rows=rows)
    if len(sources) > SOURCES:
        yield desk_text("rows_of_others", language, rows=sum(rows for _, rows in sources[SOURCES:]))
    if any(not source.startswith("import: ") for source, _ in sources):
        yield desk_text("self_selected", language)


def _changes(outcome: Mapping[str, Any], survey: Survey, language: str) -> Iterator[str]:
    """Say what is different: the groups, and the answers that matter most."""
    before, after = outcome["segments"]["before"], outcome["segments"]["after"]
    if not after:
        return
    yield desk_text("changes", language)
    if sorted(before) != sorted(after):
        known = ", ".join(before) or desk_text("nothing_before", language)
        yield desk_text("groups_changed", language, before=known, after=", ".join(after))
    else:
        yield desk_text("groups_same", language, after=", ".join(after))
    importances = outcome["what_changed"].get("importances", {})
    names = [survey.feature[column].name.to(language) for column in importances.get("after", ())[:3]]
    if names:
        yield desk_text("matters_most", language, names=", ".join(names))
