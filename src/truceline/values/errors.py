"""Errors that a person can act on: where, what was expected, what was found, what to do next; gathered before raising."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input.

    `where` names the place as precisely as it is known: file, line and column, then the field.
    """

    where: str
    expected: str
    found: str
    next_step: str = ""

    def __str__(self) -> str:
        sentence = f"{self.where}: expected {self.expected}, found {self.found}."
        return f"{sentence} {self.next_step}".rstrip()


class TrucelineError(Exception):
    """Base of every error that Truceline raises on purpose; carries all problems of one input, in order."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class InvalidDocument(TrucelineError):
    """A document of a mission (agreement, mission, feeds, golden cases) cannot be used as it stands."""


class InvalidFeed(TrucelineError):
    """A feed file as a whole cannot be read; single bad rows are quarantined instead."""


class InvalidRequest(TrucelineError):
    """What the user asked for does not fit the mission: a wrong date, an unknown place, a folder that is no mission."""


class StoreRefused(TrucelineError):
    """The store cannot safely accept or return data."""
