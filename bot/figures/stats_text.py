"""Statistics in words, for a phone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.conversation import layout
from bot.figures.drift import Change
from bot.figures.small_cells import TOLD_FROM, is_small
from bot.figures.stats import Stats
from bot.figures.stats_texts import stats_text_of
from bot.figures.texts import figure_text
from engine.intervals import Share, wilson
from engine.survey import Survey
from engine.translation import language_name

LISTED = 8
"""Groups and drifting questions that are listed."""


def stats_text(stats: Stats, survey: Survey, language: str, *, today: date, zone: ZoneInfo) -> str:
    """Return what there is to say of the figures; it fits into one message."""
    return layout.clip(
        layout.paragraphs(
            "\n".join(_finished(stats, language, today)),
            "\n".join(_grades(stats, survey, language)),
            _agreement(stats, survey, language),
            "\n".join(_lately(stats, survey, language)),
            "\n".join(_learning(stats, language, zone)),
            "\n".join(_drift(stats, language, zone)),
        )
    )


def count_words(number: int, language: str) -> str:
    """Return a count of people, unless it is one that could tell who they are."""
    return figure_text("small", language) if is_small(number) else f"{number:,}"


def share_words(share: Share) -> str:
    """Return a share with its interval."""
    return f"{share.value:.0%} ({share.low:.0%} … {share.high:.0%})"


def _finished(stats: Stats, language: str, today: date) -> Iterator[str]:
    if not stats.runs:
        yield stats_text_of("none", language)
        return
    week = sum(number for day, number in stats.by_day.items() if day > today - timedelta(days=7))
    values = {"people": stats.people, "runs": stats.runs, "week": week}
    yield stats_text_of("finished", language, **{name: count_words(value, language) for name, value in values.items()})
    if len(stats.languages) > 1:
        spoken = sorted(stats.languages.items(), key=lambda one: -one[1])
        named = (f"{language_name(each)} {count_words(number, language)}" for each, number in spoken)
        yield stats_text_of("languages", language, languages=", ".join(named))


def _grades(stats: Stats, survey: Survey, language: str) -> Iterator[str]:
    if not stats.grades and not stats.stated:
        return
    yield stats_text_of("grades", language)
    for grade in survey.target.grades:
        shares = (_part(counts, grade.grade, language) for counts in (stats.grades, stats.stated))
        guessed, stated = shares
        values = {"grade": grade.grade, "answer": grade.text.to(language)}
        yield stats_text_of("grade", language, guessed=guessed, stated=stated, **values)


def _part(counts: Mapping[str, int], name: str, language: str) -> str:
    """Return a part of a whole as a share, where neither is so small that it could tell who they are."""
    part, whole = counts.get(name, 0), sum(counts.values())
    if whole < TOLD_FROM:
        return "–"
    return count_words(part, language) if is_small(part) else share_words(wilson(part, whole))


def _agreement(stats: Stats, survey: Survey, language: str) -> str | None:
    found = stats.agreement
    if found is None or found.people < TOLD_FROM:
        return stats_text_of("agreement_small", language) if stats.runs else None
    answer = survey.target.by_letter[found.most_frequent].text.to(language)
    kappa = f"{found.kappa.value:.2f} ({found.kappa.low:.2f} … {found.kappa.high:.2f})"
    return stats_text_of(
        "agreement",
        language,
        share=share_words(found.share),
        people=f"{found.people:,}",
        always_grade=f'"{answer}"',
        always=f"{found.always.value:.0%}",
        kappa=kappa,
    )


def _lately(stats: Stats, survey: Survey, language: str) -> Iterator[str]:
    """Say how grades and groups of the last month compare with those before, the most frequent groups first."""
    if not stats.segments_lately and not stats.segments_before:
        return
    yield stats_text_of("lately", language)
    letters = [grade.grade for grade in survey.target.grades]
    groups = {*stats.segments_before, *stats.segments_lately}
    names = sorted(groups, key=lambda name: -stats.segments_lately.get(name, 0))[:LISTED]
    for kind, (lately, before) in (
        (letters, (stats.grades_lately, stats.grades_before)),
        (names, (stats.segments_lately, stats.segments_before)),
    ):
        for name in kind:
            parts = {"lately": _part(lately, name, language), "before": _part(before, name, language)}
            yield stats_text_of("of_both", language, name=survey.group_in(language, name), **parts)


def _learning(stats: Stats, language: str, zone: ZoneInfo) -> Iterator[str]:
    yield " ".join((stats_text_of("labels", language, number=f"{stats.labels.n:,}"), *stats.labels.shortfall))
    if (model := stats.model) is None:
        yield stats_text_of("model_none", language)
        return
    name = "model_invented" if model.synthetic else "model"
    since = f"{model.made_at.astimezone(zone):%Y-%m-%d}"
    yield stats_text_of(name, language, id=model.id, rows=f"{model.rows:,}", since=since)
    if stats.erased:
        yield stats_text_of("erased", language, number=stats.erased)
    if stats.withdrawn:
        yield stats_text_of("withdrawn", language, number=stats.withdrawn)


def _drift(stats: Stats, language: str, zone: ZoneInfo) -> Iterator[str]:
    if (drift := stats.drift) is None:
        if stats.model is not None and stats.model.synthetic:
            yield stats_text_of("drift_invented", language)
        return
    values = {"answers": f"{drift.answers:,}", "since": f"{drift.since.astimezone(zone):%Y-%m-%d}"}
    if drift.changes is None:
        yield stats_text_of("drift_few", language, **values)
    elif not drift.changes:
        yield stats_text_of("drift_none", language, **values)
    else:
        yield stats_text_of("drift", language, **values)
        yield from (_change(change, language) for change in drift.changes[:LISTED])


def _change(change: Change, language: str) -> str:
    return stats_text_of(
        "change",
        language,
        question=change.question.name.to(language),
        level=level_text(change, language),
        before=f"{change.before:.0%}",
        now=f"{change.now:.0%}",
        p=f"{change.p:.3f}" if change.p >= 0.001 else "< 0.001",
    )


def level_text(change: Change, language: str) -> str:
    """Return the answer, or the box, in words."""
    question = change.question
    if question.kind == "multi":
        return next(option.text.to(language) for option in question.options if option.column == change.level)
    choice = question.by_value.get(change.level)
    return choice.text.to(language) if choice else change.level
