"""python -m engine …: check, train, evaluate, predict, sample and the registry, from the command line."""

from __future__ import annotations

import json
import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine import printing
from engine import survey as surveys
from engine.console import json_line, progress_bar, told_as_json, told_progress
from engine.errors import AnswerError, EngineError, InputError, RegistryError

if TYPE_CHECKING:
    from engine.table import Table

app = typer.Typer(
    help="The science: check and train on tables, evaluate honestly, predict.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
models = typer.Typer(help="The registry of trained versions.", no_args_is_help=True)
app.add_typer(models, name="models")

_HOME = Path(__file__).resolve().parent.parent / "models" / "mobile_money"

SurveyDir = Annotated[
    Path,
    typer.Option("--survey", envvar="SURVEY_DIR", help="The survey's folder (with survey.toml).", show_default=False),
]
Data = Annotated[
    Path | None,
    typer.Option("--data", help="Table of answers, .xlsx or .csv (default: the survey's sample.xlsx)."),
]
ModelsDir = Annotated[
    Path | None,
    typer.Option("--models-dir", envvar="MODELS_DIR", help="Where versions are kept (default: SURVEY/versions)."),
]
Repeats = Annotated[int | None, typer.Option(min=1, help="Repeats of the outer cross-validation.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same numbers.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def _data(definition: surveys.Survey, data: Path | None) -> Path:
    if data is not None:
        return data
    sample_table = definition.folder / "sample.xlsx"
    if not sample_table.exists():
        raise InputError(str(sample_table), ["there is no such file; name the table of answers with --data FILE"])
    return sample_table


def _models_dir(definition: surveys.Survey, models_dir: Path | None) -> Path:
    return models_dir or definition.folder / "versions"


@app.command()
def check(survey: SurveyDir = _HOME, data: Data = None) -> None:
    """Say how a table would be read, without training: columns, repaired labels, faults, rows per grade."""
    from engine import table

    definition = surveys.load(survey)
    found = table.read(definition, _data(definition, data))
    for line in printing.table_lines(definition, found):
        typer.echo(line)
    from engine.training import leaks_of, require_something_to_learn

    require_something_to_learn(definition, found)
    for column in leaks_of(definition, found):
        typer.echo(f"Leak: {column} alone all but gives {definition.target.column} away; was it known before?")


@app.command()
def read(
    data: Annotated[Path, typer.Option("--data", help="Table of answers, .xlsx or .csv.")],
    survey: SurveyDir = _HOME,
    target: Annotated[bool, typer.Option(help="Leave rows without a label out.")] = True,
) -> None:
    """Print a table's checked rows, or {"faults": [...]}, as one JSON object, for a program."""
    from engine import table, table_json

    try:
        definition = surveys.load(survey)
        found = table.read(definition, data, need_target=target, most_faults=table_json.MOST_FAULTS)
    except InputError as error:
        json_line({"faults": list(error.faults)})
        raise
    sys.stdout.writelines(table_json.pieces(definition, found))
    typer.echo()


@app.command()
def train(
    survey: SurveyDir = _HOME,
    data: Data = None,
    repeats: Repeats = None,
    seed: Seed = 0,
    models_dir: ModelsDir = None,
) -> None:
    """Train, evaluate, save, and activate if no worse than the active version."""
    definition = surveys.load(survey)
    from engine import table

    rows = table.read(definition, _data(definition, data))
    with progress_bar("Training and evaluating") as progress:
        from engine.release import release

        made = release(
            definition,
            rows,
            _models_dir(definition, models_dir),
            repeats=repeats,
            seed=seed,
            progress=progress,
        )
    for line in (*printing.constant_lines(rows), *printing.release_lines(made)):
        typer.echo(line)


@app.command()
def challenge(
    data: Annotated[Path, typer.Option("--data", help="Real labelled answers, .csv or .xlsx.")],
    survey: SurveyDir = _HOME,
    repeats: Repeats = None,
    seed: Seed = 0,
    models_dir: ModelsDir = None,
) -> None:
    """Train on real answers, and activate if no worse than the active version; JSON lines, for a program."""
    with told_as_json(), told_progress() as progress:
        from engine.challenge import challenge as judge

        definition = surveys.load(survey)
        outcome = judge(
            definition,
            data,
            _models_dir(definition, models_dir),
            repeats=repeats,
            seed=seed,
            progress=progress,
        )
        json_line({"outcome": outcome})


@app.command()
def evaluate(
    survey: SurveyDir = _HOME,
    data: Data = None,
    repeats: Repeats = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Print honest numbers for every candidate, with intervals; nothing is stored."""
    definition = surveys.load(survey)
    from engine import table

    rows = table.read(definition, _data(definition, data))
    with progress_bar("Evaluating") as progress:
        from engine import evaluation
        from engine.training import train as fit

        found = evaluation.as_json(fit(definition, rows, repeats=repeats, seed=seed, progress=progress).evaluation)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    from engine.findings import findings

    typer.echo(findings(found))


@app.command()
def report(
    out: Annotated[Path, typer.Option("--out", help="The folder for report.html, its pictures and tables.")],
    survey: SurveyDir = _HOME,
    data: Data = None,
    learnt_from: Annotated[
        str | None,
        typer.Option(metavar="ID", help='Instead of --data: the rows that a version learnt from; "active".'),
    ] = None,
    language: Annotated[str, typer.Option(help="Of the report, such as en or km.")] = "en",
    sections: Annotated[Path | None, typer.Option(help="A JSON file of sections to be added at the end.")] = None,
    repeats: Repeats = None,
    seed: Seed = 0,
    models_dir: ModelsDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines, for a program.")] = False,
) -> None:
    """Write the analysis report: one page that works offline, its pictures as PNG, its tables as CSV."""
    with told_as_json() if as_json else nullcontext():
        definition = surveys.load(survey)
        if data is not None and learnt_from is not None:
            raise InputError("report", ["give either --data or --learnt-from"])
        rows = _rows(definition, data, learnt_from, _models_dir(definition, models_dir))
        with told_progress() if as_json else progress_bar("Analysing") as progress:
            from engine.reporting import extra
            from engine.reporting.report import report as write

            more = () if sections is None else extra.read_sections(sections)
            made = write(
                definition,
                rows,
                out,
                language=language,
                sections=more,
                repeats=repeats,
                seed=seed,
                progress=progress,
            )
        if as_json:
            album = [{"picture": str(picture), "caption": caption} for picture, caption in made.album]
            json_line({"report": {"html": str(made.html), "summary": made.summary, "album": album}})
        else:
            typer.echo("\n".join([*made.summary, str(made.html)]))


def _rows(definition: surveys.Survey, data: Path | None, learnt_from: str | None, models_dir: Path) -> Table:
    """Return the labelled rows of a file, or those that a stored version learnt from."""
    from engine import registry, table
    from engine.release import learnt_rows

    if learnt_from is None:
        return table.read(definition, _data(definition, data))
    identity = registry.active_version(models_dir) if learnt_from == "active" else learnt_from
    if identity is None:
        raise RegistryError(_no_version(models_dir))
    return learnt_rows(definition, registry.get(models_dir, identity))


@app.command()
def predict(
    survey: SurveyDir = _HOME,
    answers: Annotated[str | None, typer.Option(help="One person's answers as a JSON object.")] = None,
    chart: Annotated[Path | None, typer.Option(help="Draw this person's chart into FILE.png.")] = None,
    as_json: AsJson = False,
    data: Annotated[Path | None, typer.Option("--data", help="Score a whole table instead.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where the scored table goes (.xlsx or .csv).")] = None,
    models_dir: ModelsDir = None,
) -> None:
    """Assess one person (--answers), or score a whole table (--data and --out), with the active version."""
    from engine import registry

    if (answers is None) == (data is None) or (data is None) != (out is None):
        raise InputError("predict", ["give either --answers, or --data together with --out"])
    if chart is not None and chart.suffix.lower() != ".png":
        raise InputError("predict", [f"--chart {chart}: the picture is a PNG; name a file that ends in .png"])
    definition = surveys.load(survey)
    person = None if answers is None else _parsed(answers)
    model = registry.load_active(_models_dir(definition, models_dir), definition)
    if data is not None and out is not None:
        from engine.scoring import score_table

        with progress_bar("Scoring") as progress:
            rows = score_table(model, data, out, progress=progress)
        typer.echo(f"{rows} rows scored into {out}")
        return
    assert person is not None
    assessment = model.assess(person)
    if chart is not None:
        from engine.charts import impact_chart

        _write(chart, impact_chart(definition, assessment).png())
    if as_json:
        typer.echo(json.dumps(printing.assessment_json(definition, assessment), ensure_ascii=False, indent=1))
    else:
        typer.echo(printing.assessment_words(definition, assessment))


def _parsed(answers: str) -> dict[str, Any]:
    try:
        found = json.loads(answers)
    except ValueError as error:
        raise AnswerError("answers", [f"not valid JSON: {error}"]) from None
    if not isinstance(found, dict):
        raise AnswerError("answers", ['must be a JSON object such as {"Column": "Label"}'])
    return found


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError(str(path), [f"cannot be written: {error.strerror}"]) from None


@app.command()
def sample(
    out: Annotated[Path, typer.Option("--out", help="The table to write (.xlsx).")],
    rows: Annotated[int, typer.Option(min=30, max=200_000, help="Respondents to invent.")] = 104,
    seed: Annotated[int | None, typer.Option(min=0, help="The same rows and seed give the same cells.")] = None,
    survey: SurveyDir = _HOME,
) -> None:
    """Invent answers that agree with the published aggregates; the file says that they are synthetic."""
    from engine import sample as samples

    samples.make(surveys.load(survey), out, rows=rows, seed=seed)
    typer.echo(f"{rows} synthetic rows in {out}")


@models.command("list")
def list_models(survey: SurveyDir = _HOME, models_dir: ModelsDir = None) -> None:
    """List the stored versions, oldest first; * marks the active one, ! what cannot be read."""
    from engine import registry

    folder = _models_dir(surveys.load(survey), models_dir)
    expected = registry.expected(folder)
    if not expected:
        typer.echo(_no_version(folder))
    for identity in expected:
        try:
            version = registry.get(folder, identity)
        except RegistryError:
            typer.echo(f"! {identity}  cannot be read; `python -m engine models verify` says why")
        else:
            typer.echo(f"{'*' if version.active else ' '} {identity}  {printing.version_line(version)}")


def _no_version(folder: Path) -> str:
    return f"no trained version in {folder} yet; `python -m engine train` makes one"


@models.command()
def activate(
    identity: Annotated[str, typer.Argument(metavar="ID")],
    survey: SurveyDir = _HOME,
    models_dir: ModelsDir = None,
) -> None:
    """Make a stored version the active one; running bots take it up by themselves."""
    from engine import registry

    definition = surveys.load(survey)
    registry.activate(_models_dir(definition, models_dir), identity, definition)
    typer.echo(f"{identity} is the active version now")


@models.command()
def refit(
    identity: Annotated[str, typer.Argument(metavar="ID")],
    survey: SurveyDir = _HOME,
    models_dir: ModelsDir = None,
) -> None:
    """Make a version anew from its own rows, for when it is damaged or was made with other libraries."""
    definition = surveys.load(survey)
    with progress_bar("Training and evaluating") as progress:
        from engine.release import refit as anew

        made = anew(definition, _models_dir(definition, models_dir), identity, progress=progress)
    for line in printing.release_lines(made):
        typer.echo(line)


@models.command()
def verify(survey: SurveyDir = _HOME, models_dir: ModelsDir = None) -> None:
    """Check every stored version: hash, format, survey, libraries. Exit code 1 if one does not fit."""
    from engine import registry

    definition = surveys.load(survey)
    folder = _models_dir(definition, models_dir)
    expected, refused = registry.expected(folder), 0
    if not expected:
        typer.echo(_no_version(folder))
    for identity in expected:
        try:
            registry.verify(folder, identity, definition)
            typer.echo(f"{identity}  fits")
        except RegistryError as error:
            refused += 1
            typer.echo(str(error), err=True)
    if refused:
        raise typer.Exit(1)


def main() -> None:
    """Run the command line; what a person can put right ends with exit code 2 and one line per fault."""
    try:
        app(standalone_mode=True)
    except EngineError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    except Exception as error:
        if os.environ.get("LOG_LEVEL") == "DEBUG":
            raise
        kind = type(error).__name__
        typer.echo(f"Something went wrong that should not ({kind}: {error}). LOG_LEVEL=DEBUG shows more.", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
