"""What the command line prints of tables, versions and assessments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from engine.card import leak_warning
from engine.findings import verdict
from engine.survey import Survey

if TYPE_CHECKING:
    from engine.assessment import Assessment
    from engine.registry import Version
    from engine.release import Release
    from engine.table import Table


def table_lines(definition: Survey, found: Table) -> Iterator[str]:
    """Yield how a labelled table was read, a line each."""
    assert found.target is not None
    yield f"{found.source}: {len(found.answers)} labelled rows, {found.unlabelled} without a label"
    if found.synthetic:
        yield "The file says that it is synthetic: nobody gave these answers."
    yield "Columns: " + ", ".join(f"{place}" for place in found.columns.values())
    if found.ignored:
        yield "Not named by the survey, ignored: " + ", ".join(found.ignored)
    for repair in found.repaired:
        shown = f'"{repair.found}"' if repair.found else "a box left blank"
        yield f'{repair.column}: {shown} is read as "{repair.read_as}" ({repair.count} times)'
    for column, value in found.unseen:
        yield f'{column}: nobody answered "{value}"'
    for name, missing in found.answers.isna().sum().items():
        if missing:
            yield f"{name}: {missing} missing"
    yield from constant_lines(found)
    repeated = int(found.answers.assign(**{definition.target.column: found.target}).duplicated().sum())
    if repeated:
        yield f"{repeated} rows repeat another row in every answer; were some people entered twice?"
    for grade in definition.target.grades:
        yield f"Grade {grade.grade} ({grade.value}): {int((found.target == grade.value).sum())} rows"


def constant_lines(found: Table) -> Iterator[str]:
    """Yield a line on the columns that tell nobody apart, if there are any."""
    if found.constant:
        yield "The same in every row, so nothing can be learnt from it: " + ", ".join(found.constant)


def release_lines(made: Release) -> Iterator[str]:
    """Yield what came of a training, a line each."""
    metrics = made.manifest["metrics"]
    nested, leaky = metrics["nested"], metrics["leaky"]
    yield f"Version {made.id} ({made.manifest['chosen'].replace('_', ' ')}), card: {made.folder / 'card.md'}"
    yield verdict(metrics)
    yield (
        f"Honest accuracy {nested['accuracy']['mean']:.2f}, weighted kappa "
        f"{nested['quadratic_weighted_kappa']['mean']:.2f}; the leaky protocol would claim accuracy "
        f"{leaky['accuracy']['mean']:.2f}."
    )
    if made.manifest["leaks"]:
        yield leak_warning(made.manifest["leaks"]).strip("- \n").replace("**", "")
    if made.kept_back:
        yield f"Not activated: {made.kept_back}. `python -m engine models activate {made.id}` does it anyway."
    else:
        yield "It is the active version now."
    if made.manifest["data"]["synthetic"]:
        yield "It learnt from invented rows: every result will say so."


def assessment_json(definition: Survey, assessment: Assessment) -> dict[str, Any]:
    """Return an assessment in the form that ``predict --json`` prints."""
    language = definition.languages[0]
    return {
        "grade": assessment.grade,
        "most_likely": assessment.most_likely,
        "probabilities": dict(assessment.probabilities),
        "score": assessment.score,
        "base": assessment.base,
        "impacts": [{"feature": one.feature, "answer": one.answer, "impact": one.impact} for one in assessment.impacts],
        "segment": {
            "name": assessment.segment.name[language],
            "person": assessment.segment.person[language],
            "strength": assessment.segment.strength,
        },
        "suggestions": [
            {"text": definition.suggestions[one.index].text.to(language), "gain": one.gain}
            for one in assessment.suggestions
        ],
        "what_if": [
            {
                "changes": [
                    {"feature": change.feature, "from": change.before, "to": change.after} for change in one.changes
                ],
                "grade": one.grade,
                "probabilities": dict(one.probabilities),
            }
            for one in assessment.what_if
        ],
        "model_version": assessment.model_version,
        "synthetic": assessment.synthetic,
        "informative": assessment.informative,
        "unseen": list(assessment.unseen),
    }


def assessment_words(definition: Survey, assessment: Assessment) -> str:
    """Return an assessment in a few lines for the console."""
    language = definition.languages[0]
    grade = definition.target.by_letter[assessment.grade]
    lines = [
        f"Grade {grade.grade} ({grade.text.to(language)}), score {assessment.score:.2f}",
        "  ".join(f"{letter} {p:.0%}" for letter, p in assessment.probabilities.items()),
        f"Segment: {assessment.segment.name[language]}",
        *(
            f"{one.impact:+.3f}  {one.feature}: {'not answered' if one.answer is None else one.answer}"
            for one in assessment.impacts[:8]
        ),
    ]
    if not assessment.informative:
        lines.append(
            "No signal: the answers told no more than how often each grade occurs. Read nothing into this guess."
        )
    if assessment.unseen:
        lines.append(f"Nobody in the training rows answered so: {', '.join(assessment.unseen)}.")
    if assessment.synthetic:
        lines.append("Demonstration: this guess comes from invented data.")
    return "\n".join(lines)


def version_line(version: Version) -> str:
    """Return a stored version in one line."""
    try:
        data, metrics = version.manifest["data"], version.manifest["metrics"]
        return (
            f"{data['rows']} rows from {data['source']}"
            f"{' (synthetic)' if version.synthetic else ''}  {version.manifest['chosen']}  "
            f"log-loss {metrics['nested']['log_loss']['mean']:.3f} "
            f"(class shares {metrics['class_shares']['log_loss']['mean']:.3f})"
        )
    except (KeyError, TypeError, ValueError):
        return "(its manifest says too little; `models verify` checks it)"
