"""survey.toml -> `Survey`: every fault of a definition is reported at once, with its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.definition import (
    ALWAYS,
    About,
    Archetype,
    Choice,
    Clause,
    Condition,
    FeatureKind,
    Grade,
    Kind,
    Option,
    Question,
    Suggestion,
    Survey,
    Target,
    Text,
    features_of,
    normalise,
)
from engine.errors import SurveyError
from engine.logo import LogoError, open_logo
from engine.toml_reader import TomlReader

MAX_CHOICES = 20
"""Choices of one question: more do not fit a phone's screen."""
GRADES = range(2, 7)
"""How many grades a target may have."""

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_URL = re.compile(r"https?://[^\s/.]+\.[^\s/]+(?:/\S*)?")
"""What a button may open: a channel that doubts an address refuses the whole message."""
_CLAUSE = re.compile(r"\s*(>=|<=|==|!=|>|<)\s*(.+?)\s*")


def load(folder: Path | str) -> Survey:
    """Read and validate ``folder``/survey.toml.

    Parameters
    ----------
    folder : path
        The survey's folder; a path to the survey.toml itself is understood too.

    Returns
    -------
    Survey

    Raises
    ------
    SurveyError
        With every fault of the definition at once, each with its place.
    """
    path = Path(folder)
    path = path if path.suffix == ".toml" else path / "survey.toml"
    try:
        return parse(path.read_text(encoding="utf-8"), folder=path.parent, name=str(path))
    except FileNotFoundError:
        raise SurveyError(
            str(path), ["there is no such file; SURVEY_DIR (or --survey) names the survey's folder"]
        ) from None
    except UnicodeDecodeError as error:
        raise SurveyError(str(path), [f"not UTF-8 text (byte {error.start}); save it as UTF-8"]) from None
    except OSError as error:
        raise SurveyError(str(path), [f"cannot be read: {error.strerror}"]) from None


def parse(source: str, *, folder: Path = Path(), name: str = "survey.toml") -> Survey:
    """Validate a definition given as TOML text; see `load`."""
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise SurveyError(name, [f"not valid TOML: {error}"]) from None
    reader = _Reader(data)
    survey = reader.survey(folder)
    if reader.faults or survey is None:
        raise SurveyError(name, reader.faults)
    return survey


class _Reader(TomlReader):
    """Turns parsed TOML into a `Survey`, collecting every fault with its place instead of stopping at one."""

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__(data)
        self.values: Mapping[str, Sequence[str]] = {}

    # -- parts ------------------------------------------------------------------------------------------------

    def survey(self, folder: Path) -> Survey | None:
        data = self.data
        self.known(data, "", "id languages title about question target segment suggestion")
        languages = self.strings(data, "languages", "languages")
        if not languages:
            self.fault("languages", 'at least one is needed, such as languages = ["en"]')
        for language in languages:
            if not _LANGUAGE.fullmatch(language):
                self.fault("languages", f'"{language}" is no language code such as "en"')
        self.languages = languages or ("en",)
        identity = self.value(data, "id", "id", str)
        if identity and not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", identity):
            self.fault("id", f'"{identity}" may hold up to 40 letters, digits, "_" and "-" only')
        title = self.need(data, "title", "title")
        about = self.about(self.value(data, "about", "about", dict), folder)
        questions = tuple(self.question(item, i) for i, item in enumerate(self.tables(data, "question"), 1))
        target = self.target(self.value(data, "target", "target", dict))
        self.check_columns(questions, target)
        self.values = {question.id: tuple(question.by_value) for question in questions}
        columns = _condition_columns(questions, target)
        archetypes = tuple(
            self.archetype(item, f"segment {i}", columns) for i, item in enumerate(self.tables(data, "segment"), 1)
        )
        suggestions = tuple(
            self.suggestion(item, f"suggestion {i}", {k: v for k, v in columns.items() if k != target.column})
            for i, item in enumerate(self.tables(data, "suggestion"), 1)
        )
        questions = self.routes(questions)
        if self.faults:
            return None
        return Survey(identity, self.languages, title, about, questions, target, archetypes, suggestions, folder)

    def about(self, table: dict[str, Any], folder: Path) -> About:
        place = "about"
        self.known(
            table,
            place,
            "organisation contact support privacy_url min_age timezone welcome consent never_asks never_decides thanks "
            "share poster logo distress",
        )
        texts = {key: self.text(table, key, place, required=False) for key in _ABOUT_TEXTS}
        return About(
            organisation=self.need(table, "organisation", place),
            privacy_url=self.value(table, "privacy_url", place, str, ""),
            min_age=self.value(table, "min_age", place, int, 0),
            timezone=self.value(table, "timezone", place, str, "UTC"),
            logo=self.logo(table, place, folder),
            distress=self.phrases(self.value(table, "distress", place, dict, {}), f"{place} distress"),
            **texts,
        )

    def phrases(self, table: dict[str, Any], place: str) -> tuple[str, ...]:
        """Return what people write, of all languages together: nobody keeps to the language of the chat."""
        phrases: list[str] = []
        for language in table:
            if not _LANGUAGE.fullmatch(language):
                self.fault(place, f'"{language}" is no language code such as "en"')
            phrases += self.strings(table, language, place)
        for phrase in phrases:
            if not any(character.isalpha() for character in phrase):
                self.fault(place, f'"{phrase}" holds no word')
        return tuple(phrases)

    def logo(self, table: dict[str, Any], place: str, folder: Path) -> Path | None:
        name: str | None = self.value(table, "logo", place, str, None)
        if name is None:
            return None
        if Path(name).name != name or "\\" in name or name in ("", ".."):
            self.fault(place, f'"logo" is "{name}"; write the name of a file beside survey.toml, such as "logo.png"')
            return None
        try:
            open_logo(folder / name)
        except LogoError as error:
            self.fault(place, f'"logo": {error}')
        return folder / name

    def question(self, table: dict[str, Any], number: int) -> Question:
        identity = str(table.get("id", "?"))
        place = f'question {number} "{identity}"'
        self.known(table, place, "id kind scale actionable name text help choices min max unit when required ask")
        self.value(table, "id", place, str)
        kind: Kind = self.one_of(table, "kind", place, ("single", "multi", "number"))
        scale = self.one_of(table, "scale", place, ("ordinal", "nominal"), "ordinal")
        text = self.need(table, "text", place)
        choices, options = self.answers(table, place, kind, scale)
        minimum, maximum = (self.value(table, key, place, float, None) for key in ("min", "max"))
        if minimum is not None and maximum is not None and minimum >= maximum:
            self.fault(place, f'"min" ({minimum}) must be below "max" ({maximum})')
        if kind != "number" and (minimum is not None or maximum is not None):
            self.fault(place, '"min" and "max" are for kind = "number"')
        return Question(
            id=identity,
            kind=kind,
            scale=scale,
            name=self.text(table, "name", place, required=False) or text,
            text=text,
            help=self.text(table, "help", place, required=False),
            choices=choices,
            options=options,
            actionable=self.one_of(table, "actionable", place, _ACTIONABLE, None),
            minimum=minimum,
            maximum=maximum,
            unit=self.text(table, "unit", place, required=False),
            required=self.value(table, "required", place, bool, True),
            ask=self.value(table, "ask", place, bool, True),
        )

    def answers(
        self, table: dict[str, Any], place: str, kind: Kind, scale: str
    ) -> tuple[tuple[Choice, ...], tuple[Option, ...]]:
        rows = self.tables(table, "choices", place)
        if kind == "number":
            if rows:
                self.fault(place, '"choices" are not for kind = "number"')
            return (), ()
        least = 1 if kind == "multi" else 2
        if not least <= len(rows) <= MAX_CHOICES:
            self.fault(place, f"{len(rows)} choices; between {least} and {MAX_CHOICES} are possible")
        places = [f"{place} choice {i}" for i in range(1, len(rows) + 1)]
        if kind == "multi":
            return (), tuple(self.option(row, where) for row, where in zip(rows, places, strict=True))
        choices = tuple(self.choice(row, where, scale) for row, where in zip(rows, places, strict=True))
        self.check_labels(place, [(choice.value, choice.aliases) for choice in choices])
        codes = [choice.code for choice in choices if choice.code is not None]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            self.fault(place, f"code {code:g} is used twice; give an alias to one choice instead")
        if scale == "ordinal" and len(codes) < 2:
            self.fault(place, "an ordinal question needs at least two choices with a code")
        return choices, ()

    def choice(self, table: dict[str, Any], place: str, scale: str) -> Choice:
        self.known(table, place, "value code text aliases ends")
        value = self.value(table, "value", place, str)
        ends = self.text(table, "ends", place, required=False)
        code = self.value(table, "code", place, float, None)
        if scale == "ordinal" and code is None and ends is None and "code" not in table:
            self.fault(place, f'"{value}" needs a code: its place on the scale')
        if scale == "nominal" and code is not None:
            self.fault(place, 'a nominal choice has no code; remove it, or say scale = "ordinal"')
        text = self.text(table, "text", place, required=False) or Text({self.languages[0]: value}, self.languages[0])
        return Choice(value, None if code is None else float(code), text, self.strings(table, "aliases", place), ends)

    def option(self, table: dict[str, Any], place: str) -> Option:
        self.known(table, place, "column name text aliases actionable")
        name = self.need(table, "name", place)
        return Option(
            column=self.value(table, "column", place, str),
            name=name,
            text=self.text(table, "text", place, required=False) or name,
            aliases=self.strings(table, "aliases", place),
            actionable=self.one_of(table, "actionable", place, _ACTIONABLE, None),
        )

    def target(self, table: dict[str, Any]) -> Target:
        place = "target"
        self.known(table, place, "column name text grades")
        rows = self.tables(table, "grades", place)
        if len(rows) not in GRADES:
            self.fault(place, f"{len(rows)} grades; between {GRADES.start} and {GRADES.stop - 1} are possible")
        grades = []
        for i, row in enumerate(rows, 1):
            where = f"{place} grade {i}"
            self.known(row, where, "grade value text aliases")
            letter = self.value(row, "grade", where, str)
            value = self.value(row, "value", where, str)
            text = self.text(row, "text", where, required=False) or Text({self.languages[0]: value}, self.languages[0])
            grades.append(Grade(letter, value, text, len(rows) - i, self.strings(row, "aliases", where)))
        letters = [grade.grade for grade in grades]
        for letter in sorted({letter for letter in letters if letters.count(letter) > 1}):
            self.fault(place, f'grade "{letter}" is used twice')
        self.check_labels(place, [(grade.value, grade.aliases) for grade in grades])
        text = self.need(table, "text", place)
        return Target(
            column=self.value(table, "column", place, str),
            text=text,
            name=self.text(table, "name", place, required=False) or text,
            grades=tuple(grades),
        )

    def archetype(self, table: dict[str, Any], place: str, columns: Mapping[str, FeatureKind]) -> Archetype:
        self.known(table, place, "name person emoji when")
        means = {column: kind for column, kind in columns.items() if kind != "nominal"}
        return Archetype(
            name=self.need(table, "name", place),
            person=self.need(table, "person", place),
            emoji=self.value(table, "emoji", place, str, ""),
            when=self.condition(table.get("when", {}), f"{place} when", means),
        )

    def suggestion(self, table: dict[str, Any], place: str, columns: Mapping[str, FeatureKind]) -> Suggestion:
        self.known(table, place, "when by text url phone")
        url: str | None = self.value(table, "url", place, str, None)
        if url is not None and not _URL.fullmatch(url):
            self.fault(place, f'"url" is "{url}"; write a whole address such as "https://example.org/page"')
        return Suggestion(
            when=self.condition(table.get("when", {}), f"{place} when", columns),
            by=self.one_of(table, "by", place, ("person", "provider"), "person"),
            text=self.need(table, "text", place),
            url=url,
            phone=self.value(table, "phone", place, str, None),
        )

    def condition(self, found: Any, place: str, columns: Mapping[str, FeatureKind]) -> Condition:
        alternatives = found if isinstance(found, list) else [found]
        if not alternatives or not all(isinstance(item, dict) for item in alternatives):
            self.fault(place, 'must be a table such as { Trust = ">= 2" }, or a list of such tables')
            return ALWAYS
        return Condition(
            tuple(
                tuple(
                    clause
                    for column, words in item.items()
                    if (clause := self.clause(column, words, place, columns)) is not None
                )
                for item in alternatives
            )
        )

    def clause(self, column: str, words: Any, place: str, columns: Mapping[str, FeatureKind]) -> Clause | None:
        if column not in columns:
            self.fault(place, f'"{column}" is not a column that can be compared here; known: {", ".join(columns)}')
            return None
        match = _CLAUSE.fullmatch(words) if isinstance(words, str) else None
        if match is None:
            self.fault(place, f'{column} = {words!r}: write a comparison such as ">= 2.5"')
            return None
        symbol, value = match.groups()
        if columns[column] == "nominal":
            if symbol not in ("==", "!="):
                self.fault(place, f'{column} is nominal: only "==" and "!=" can be asked of it')
            if value not in self.values[column]:
                known = ", ".join(self.values[column])
                self.fault(place, f'"{value}" is no choice of {column}; its choices: {known}')
            return Clause(column, symbol, value)
        try:
            return Clause(column, symbol, float(value))
        except ValueError:
            self.fault(place, f'{column} = {words!r}: "{value}" is not a number')
            return None

    # -- what only the whole can tell -------------------------------------------------------------------------

    def check_labels(self, place: str, labels: Sequence[tuple[str, Sequence[str]]]) -> None:
        owner: dict[str, str] = {}
        for value, aliases in labels:
            for label in (value, *aliases):
                taken = owner.setdefault(normalise(label), value)
                if taken != value:
                    self.fault(place, f'"{label}" stands for both "{taken}" and "{value}"')
        values = [normalise(value) for value, _ in labels]
        for value in sorted({value for value in values if values.count(value) > 1}):
            self.fault(place, f'the value "{value}" is used twice')

    def check_columns(self, questions: Sequence[Question], target: Target) -> None:
        if not any(question.ask for question in questions):
            self.fault("question", "at least one question is needed")
        seen: dict[str, str] = {target.column: "the target"}
        for number, question in enumerate(questions, 1):
            names = dict.fromkeys((question.id, *question.columns))
            for column in names:
                if column in seen:
                    self.fault(f'question {number} "{question.id}"', f'"{column}" is already used by {seen[column]}')
            doubled = {column for column in question.columns if question.columns.count(column) > 1}
            for column in sorted(doubled):
                self.fault(f'question {number} "{question.id}"', f'the column "{column}" is used twice')
            seen.update(dict.fromkeys(names, f'question {number} "{question.id}"'))

    def routes(self, questions: tuple[Question, ...]) -> tuple[Question, ...]:
        """Read each question's ``when``, which may rest only on questions that the chat asked before."""
        columns: dict[str, FeatureKind] = {}
        routed = []
        for i, (question, table) in enumerate(zip(questions, self.tables(self.data, "question"), strict=True), 1):
            when = self.condition(table.get("when", {}), f'question {i} "{question.id}" when', columns)
            routed.append(replace(question, when=when))
            if question.ask:
                columns.update({feature.column: feature.kind for feature in features_of(question)})
        return tuple(routed)


_ABOUT_TEXTS = ("contact", "support", "welcome", "consent", "never_asks", "never_decides", "thanks", "share", "poster")
_ACTIONABLE = ("up", "down", "any")


def _condition_columns(questions: Sequence[Question], target: Target) -> dict[str, FeatureKind]:
    columns: dict[str, FeatureKind] = {
        feature.column: feature.kind for question in questions for feature in features_of(question)
    }
    columns[target.column] = "ordinal"
    return columns
