"""What a data scientist calls: load a version, train a new one, score a table, analyse it. Nothing here prints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from engine import survey as surveys
from engine.survey import Survey

if TYPE_CHECKING:
    import pandas as pd

    from engine.assessment import Model
    from engine.release import Activation, Release
    from engine.reporting.parts import Section
    from engine.reporting.report import Report
    from engine.table import Table


def load(survey: Survey | Path | str, *, version: str | None = None, models_dir: Path | str | None = None) -> Model:
    """Load a trained version of a survey's model.

    Parameters
    ----------
    survey : Survey or path
        The definition, or the folder that holds its survey.toml.
    version : str, optional
        Its id; by default the active one.
    models_dir : path, optional
        Where the versions are; by default the folder "versions" beside survey.toml.

    Returns
    -------
    Model
        Verified. Assessing people loads neither scikit-learn nor pandas, and is safe from several threads at once.

    Raises
    ------
    SurveyError
        Where the definition has faults.
    RegistryError
        Where there is no such version, or it is damaged or was made by other libraries; the message says the way out.

    See Also
    --------
    train : Make a version.
    engine.assessment.Assessment : What ``assess`` returns.

    Examples
    --------
    >>> import engine
    >>> model = engine.load("coffee")
    >>> result = model.assess({"Often": "Daily", "Brew": "Filter", "Milk": "No", "Roast": "Dark", "With_Book": 1})
    >>> result.grade
    'A'
    >>> list(result.probabilities), round(sum(result.probabilities.values()), 6)
    (['A', 'B', 'C'], 1.0)
    >>> round(result.base + sum(one.impact for one in result.impacts) - result.score, 6) + 0
    0.0
    """
    from engine import registry

    definition = _definition(survey)
    versions = _versions(definition, models_dir)
    if version is None:
        return registry.load_active(versions, definition)
    return registry.load(versions, version, definition)


def train(
    survey: Survey | Path | str,
    data: pd.DataFrame | Path | str,
    *,
    repeats: int | None = None,
    seed: int = 0,
    models_dir: Path | str | None = None,
    activate: Activation = "if_no_worse",
    progress: Callable[[int, int], None] | None = None,
) -> Release:
    """Train on a table of answers, evaluate honestly, and store the version.

    Parameters
    ----------
    survey : Survey or path
        The definition, or the folder that holds its survey.toml.
    data : DataFrame or path
        Labels as in survey.toml, one respondent a row; a file is .xlsx or .csv. Rows without a value of the target are
        left out. Only a file can say that it is synthetic: the rows of a DataFrame count as real answers.
    repeats : int, optional
        Repeats of the outer cross-validation of 5 folds; by default 3, and 1 above 1,000 rows.
    seed : int, default 0
        The same table and seed give the same model and numbers.
    models_dir : path, optional
        Where the version is stored; by default the folder "versions" beside survey.toml.
    activate : {"if_no_worse", "always", "never"}, default "if_no_worse"
        Whether the version becomes the one that `load` takes, and that a running bot takes up.
    progress : callable, optional
        Called with (done, of) after each piece of work.

    Returns
    -------
    Release
        ``model``, ``evaluation``, the version's ``id`` and ``folder``, and ``kept_back``: why it is not active.

    Raises
    ------
    SurveyError, TableError
        With every fault of the definition or of the table, each with its place.
    TrainingError
        Where there are too few rows, or all have one grade.
    RegistryError
        Where the version cannot be stored. The active one stays, as with every error.

    Notes
    -----
    Trust ``evaluation.nested``, metric by metric with its 95 % interval: it scores the whole procedure, the
    weighing of the blend included, on rows that it had not seen. ``evaluation.candidates`` are for comparison, and
    ``evaluation.leaky`` is what must not be done.

    Examples
    --------
    >>> import engine
    >>> made = engine.train("coffee", "coffee/sample.csv", repeats=1)
    >>> made.kept_back is None, made.evaluation.rows
    (True, 150)
    >>> honest, baseline = made.evaluation.nested["log_loss"], made.evaluation.class_shares["log_loss"]
    >>> honest.low < honest.mean < baseline.mean
    True
    >>> engine.load("coffee").version == made.id
    True
    """
    from engine.release import Activation, release

    if activate not in get_args(Activation):
        raise ValueError(f"activate={activate!r}: one of {', '.join(map(repr, get_args(Activation)))}")
    definition = _definition(survey)
    return release(
        definition,
        _table(definition, data, need_target=True),
        _versions(definition, models_dir),
        repeats=repeats,
        seed=seed,
        activate=activate,
        progress=progress or (lambda done, of: None),
    )


def score(model: Model, data: pd.DataFrame | Path | str) -> pd.DataFrame:
    """Assess every row of a table; suggestions and what-ifs are left out.

    Parameters
    ----------
    model : Model
    data : DataFrame or path
        Labels as in survey.toml, one respondent a row; the target's column may be absent.

    Returns
    -------
    DataFrame of shape (n_respondents, n_columns)
        In the order of the rows, and with the index of ``data`` where that is a DataFrame: ID, grade, likeliest grade,
        a column of probabilities per grade, score, base, segment and its strength, and a column of impacts per feature,
        in points; base and impacts add up to the score.

    Raises
    ------
    TableError
        With every fault of the table, each with its place.

    Examples
    --------
    >>> import engine
    >>> scores = engine.score(engine.load("coffee"), "coffee/sample.csv")
    >>> scores[["ID", "Grade"]].shape
    (150, 2)
    >>> total = scores["Base"] + scores.filter(like="Impact ").sum(axis=1)
    >>> bool((total - scores["Score"]).abs().max() < 1e-6)
    True
    """
    import pandas as pd

    from engine.errors import TableError
    from engine.scoring import header, score_rows

    table = _table(model.survey, data, need_target=False)
    scores = pd.DataFrame(score_rows(model, table), columns=header(model))
    if isinstance(data, pd.DataFrame):
        if len(scores) != len(data):
            raise TableError("DataFrame", ["some rows hold nothing at all; leave them out (dropna(how='all'))"])
        scores.index = data.index
    return scores


def report(
    survey: Survey | Path | str,
    data: pd.DataFrame | Path | str,
    out: Path | str,
    *,
    language: str = "en",
    sections: Sequence[Section] = (),
    repeats: int | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Write the analysis of a table: one page that works offline, every picture as PNG, every table as CSV.

    Parameters
    ----------
    survey : Survey or path
        The definition, or the folder that holds its survey.toml.
    data : DataFrame or path
        As for `train`.
    out : path
        A folder, made where it is missing: ``report.html``, ``pictures``, ``tables`` and ``evaluation.json``.
    language : str, default "en"
        Of the report; what is not translated is in English.
    sections : sequence of engine.reporting.parts.Section
        What is to be added at the end: paragraphs, tables and pictures of your own.
    repeats, seed, progress
        As for `train`: the same seed gives the numbers of `train`'s evaluation.

    Returns
    -------
    Report
        ``html``: the page; ``summary``: what was found, in sentences; ``album``: the main pictures.

    Raises
    ------
    SurveyError, TableError, TrainingError
        As for `train`.
    InputError
        Where ``out`` cannot be written, or two parts have one name.

    Examples
    --------
    ::

        made = engine.report("coffee", "coffee/sample.csv", "analysis")
        print(*made.summary, made.html, sep="\\n")
    """
    from engine.reporting.report import report as write

    definition = _definition(survey)
    return write(
        definition,
        _table(definition, data, need_target=True),
        Path(out),
        language=language,
        sections=sections,
        repeats=repeats,
        seed=seed,
        progress=progress or (lambda done, of: None),
    )


def _definition(survey: Survey | Path | str) -> Survey:
    return survey if isinstance(survey, Survey) else surveys.load(survey)


def _versions(definition: Survey, models_dir: Path | str | None) -> Path:
    return definition.folder / "versions" if models_dir is None else Path(models_dir)


def _table(definition: Survey, data: pd.DataFrame | Path | str, *, need_target: bool) -> Table:
    from engine import frame, table

    if isinstance(data, Path | str):
        return table.read(definition, data, need_target=need_target)
    return frame.read(definition, data, need_target=need_target)
