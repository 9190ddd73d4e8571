"""The engine's errors, by what the reader has to do about them."""

from __future__ import annotations

from collections.abc import Sequence


class EngineError(Exception):
    """Something a person can put right; its message is written for that person."""


class InputError(EngineError):
    """What was handed in (a survey, a table, answers) has faults.

    Parameters
    ----------
    subject : str
        What was read: a file name, or "answers".
    faults : sequence of str
        One message per fault, each naming its place and what would be right.
    """

    def __init__(self, subject: str, faults: Sequence[str]) -> None:
        self.subject = subject
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{subject}: {fault}" for fault in self.faults))


class SurveyError(InputError):
    """A survey definition that cannot be used."""


class TableError(InputError):
    """A table of answers that cannot be used."""


class AnswerError(InputError):
    """One person's answers that cannot be scored."""


class TrainingError(EngineError):
    """A table that is readable but from which nothing can be learnt."""


class RegistryError(EngineError):
    """A stored model version that is missing, damaged or foreign; the message says the way out."""
