"""The report's first section: what the data is, what was found, and what not to conclude, in plain language."""

from __future__ import annotations

from collections.abc import Iterator

from engine.intervals import wilson
from engine.reporting.groups import NO_STRUCTURE
from engine.reporting.importances import needed
from engine.reporting.models import most_frequent
from engine.reporting.numbers import count, share
from engine.reporting.parts import Section
from engine.reporting.study import Study
from engine.reporting.texts import TEXTS

FEW_ROWS = 200
"""People below whom a share's interval is some 14 points wide or more."""
MOST_NAMED = 3


def summary(study: Study, language: str) -> Section:
    """Return the summary of a study."""
    texts = TEXTS.all(language)
    parts = (*_data(study, language), *_groups(study, language), *_guess(study, language), *_warnings(study, language))
    return Section("summary", texts["summary"], parts)


def _data(study: Study, language: str) -> Iterator[str]:
    survey, rows = study.survey, len(study.y)
    asked = survey.target.text.to(language)
    yield TEXTS.text("data", language, rows=count(rows), questions=len(survey.questions), target=asked)
    best = wilson(int((study.y == 0).sum()), rows)
    grade = survey.target.grades[0].text.to(language)
    yield TEXTS.text("best", language, share=share(best.value), best=grade, low=share(best.low), high=share(best.high))
    if rows < FEW_ROWS:
        yield TEXTS.text("few", language, rows=count(rows))
    if study.trained.leaks:
        names = [survey.feature[column].name.to(language) for column in study.trained.leaks]
        yield TEXTS.text("leaks", language, names=", ".join(names))


def _groups(study: Study, language: str) -> Iterator[str]:
    segmentation, rows = study.segmentation, len(study.y)
    if len(segmentation.segments) == 1:
        yield TEXTS.text("one_segment", language)
        return
    sizes = [int((study.segments == place).sum()) for place in range(len(segmentation.segments))]
    names = ", ".join(
        f"{name} ({share(size / rows)})" for name, size in zip(study.segment_names(language), sizes, strict=True)
    )
    yield TEXTS.text("segments", language, count=len(sizes), names=names)
    if segmentation.silhouettes.get(len(sizes), 1.0) < NO_STRUCTURE:
        yield TEXTS.text("weak_segments", language)


def _guess(study: Study, language: str) -> Iterator[str]:
    found = study.evaluation
    if not found.signal:
        yield TEXTS.text("no_signal", language)
        return
    accuracy = found.nested["accuracy"]
    interval = {"low": share(accuracy.low), "high": share(accuracy.high)}
    yield TEXTS.text("signal", language, accuracy=share(accuracy.mean), **interval)
    yield TEXTS.text("beyond", language, share=share(most_frequent(study)))
    if surely := needed(found.importances)[:MOST_NAMED]:
        names = ", ".join(study.survey.feature[one.feature].name.to(language) for one in surely)
        yield TEXTS.text("matters", language, names=names)


def _warnings(study: Study, language: str) -> Iterator[str]:
    texts = TEXTS.all(language)
    yield from (texts[name] for name in ("not_cause", "not_all", "not_one", "not_many"))
