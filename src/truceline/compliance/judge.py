"""Holds each situation against each term that concerns its conduct: kept, broken, cannot be judged, not in force, and why.

A finding passes five questions in this order, each answered yes, no or uncertain: did it happen, was the term in force there and
then, does it bind who did it, does it cover this conduct and weapon, does an exception excuse it. One sure 'no' settles the
matter whatever else is uncertain; only five sure answers make 'broken'; anything else cannot be judged, and what is missing is
said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt
import polars as pl

from truceline.agreement.document import Agreement, Prohibition, Term, TermException
from truceline.agreement.geography import Geography
from truceline.agreement.in_force import in_force, membership
from truceline.compliance.settings import JudgingSettings
from truceline.compliance.tables import BROKEN, CANNOT_BE_JUDGED, KEPT, NOT_IN_FORCE, STATUSES, UNDETERMINED
from truceline.values.vocabulary import CALIBRE_RANGE_MM

YES, UNCERTAIN, NO = 1, 0, -1
Answers = npt.NDArray[np.int8]
InWords = Callable[[int], str]

JUDGEMENT_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "key": pl.UInt64,
    "version": pl.Int32,
    "term": pl.String,
    "status": pl.Enum(STATUSES),
    "responsible": pl.String,
    "reason": pl.String,
    "missing": pl.String,
    "probability": pl.Float64,
}


@dataclass(frozen=True, slots=True)
class Question:
    """One question put to all situations: the answers, what a sure 'no' means, and what is missing while it is open.

    The words are asked for by row: of a million situations most need none.
    """

    answers: Answers
    status_if_no: str
    reason_if_no: InWords
    missing: InWords


def judge(
    agreement: Agreement,
    geography: Geography,
    situations: pl.DataFrame,
    settings: JudgingSettings | None = None,
    *,
    only_term: str | None = None,
) -> pl.DataFrame:
    """Return one row for each situation and each term that concerns its conduct.

    Parameters
    ----------
    situations
        Frame of SITUATION columns, shape (n, ...).
    only_term
        Hold the situations against this term alone, whatever its conduct; a duty answers 'cannot be judged'.

    Returns
    -------
    Frame of JUDGEMENT_SCHEMA, ordered by term as in the document, then by situation.
    """
    settings = settings or JudgingSettings()
    rows = [
        _hold_against(term, agreement, geography, concerned, settings)
        for term in agreement.terms
        if only_term in (None, term.id)
        for concerned in [situations if only_term else _concerned(term, situations)]
        if concerned.height
    ]
    return pl.concat(rows) if rows else pl.DataFrame(schema=JUDGEMENT_SCHEMA)


def _concerned(term: Term, situations: pl.DataFrame) -> pl.DataFrame:
    conducts = sorted({prohibition.conduct for prohibition in term.prohibits})
    return situations.filter(pl.col("conduct").cast(pl.String).is_in(conducts))


def _hold_against(
    term: Term, agreement: Agreement, geography: Geography, situations: pl.DataFrame, settings: JudgingSettings
) -> pl.DataFrame:
    force = in_force(term, agreement, geography, situations.with_columns(_acting_party().alias("party")))
    because = force["because"].to_list()
    questions = [
        _is_in_force(force),
        _binds(term, agreement, situations),
        _covers(term, situations),
        _excuses(term, geography, situations),
        _happened(situations, settings),
    ]
    height = situations.height
    status = np.full(height, BROKEN, dtype=object)
    reason = [f"{term.title}: {sentence}" for sentence in because]
    missing = np.full(height, None, dtype=object)
    settled = np.zeros(height, dtype=bool)
    for question in questions:
        sure_no = (question.answers == NO) & ~settled
        status[sure_no] = question.status_if_no
        for row in np.flatnonzero(sure_no).tolist():
            reason[row] = f"{term.title}: {question.reason_if_no(row)}"
        settled |= sure_no
    uncertain = reduce(np.logical_or, [question.answers == UNCERTAIN for question in questions])
    for row in np.flatnonzero(~settled & uncertain).tolist():
        open_points = [question.missing(row) for question in questions if question.answers[row] == UNCERTAIN]
        status[row], missing[row] = CANNOT_BE_JUDGED, "; ".join(open_points)
        reason[row] = f"{term.title}: " + "; ".join(open_points)
    return pl.DataFrame(
        {
            "key": situations["key"],
            "version": situations["version"],
            "term": pl.Series([term.id] * height, dtype=pl.String),
            "status": pl.Series(status.tolist(), dtype=pl.Enum(STATUSES)),
            "responsible": pl.select(
                pl.when(pl.Series(status.tolist()) == BROKEN).then(situations["responsible"].fill_null(UNDETERMINED))
            ).to_series(),
            "reason": pl.Series(reason, dtype=pl.String),
            "missing": pl.Series(missing.tolist(), dtype=pl.String),
            "probability": situations["probability"],
        },
        schema=JUDGEMENT_SCHEMA,
    )


def _acting_party() -> pl.Expr:
    """The party that acted, null where it is undetermined."""
    return pl.when(pl.col("responsible") != UNDETERMINED).then(pl.col("responsible"))


def _is_in_force(force: pl.DataFrame) -> Question:
    answers = force["in_force"].cast(pl.String).replace_strict({"yes": YES, "no": NO, "uncertain": UNCERTAIN}, return_dtype=pl.Int8)
    because = force["because"].to_list()
    return Question(answers.to_numpy(), NOT_IN_FORCE, because.__getitem__, because.__getitem__)


def _binds(term: Term, agreement: Agreement, situations: pl.DataFrame) -> Question:
    """Whether the term binds who acted: sure when it binds every party, or when the responsible party is known."""
    everybody = "all" in term.binds or {party.id for party in agreement.parties} <= set(term.binds)
    responsible = situations["responsible"].fill_null(UNDETERMINED).to_numpy()
    known = responsible != UNDETERMINED
    bound = np.isin(responsible.astype(str), list(term.binds))
    answers = np.where(everybody | (known & bound), YES, np.where(known, NO, UNCERTAIN)).astype(np.int8)
    named = " and ".join(term.binds)
    return Question(
        answers,
        KEPT,
        lambda row: f"the term binds {named}, not {responsible[row]}",
        lambda _: f"who is responsible, as the term binds only {named}",
    )


def _covers(term: Term, situations: pl.DataFrame) -> Question:
    height = situations.height
    if not term.prohibits:
        duty = f"a record of the duty itself: {term.obliges or term.text}"
        return Question(np.zeros(height, np.int8), KEPT, lambda _: "", lambda _: duty)
    answers = reduce(np.maximum, [_covered_by(prohibition, situations) for prohibition in term.prohibits])
    conduct, weapon = (situations[name].cast(pl.String) for name in ("conduct", "weapon"))
    calibre = situations["calibre_mm"]
    return Question(
        answers,
        KEPT,
        lambda row: f"the term does not forbid {_in_words(conduct[row], weapon[row], calibre[row])}",
        lambda row: f"weapon and calibre, as the term does not cover every kind of {conduct[row]}",
    )


def _in_words(conduct: str, weapon: str | None, calibre: float | None) -> str:
    kind = " ".join(part for part in (f"{calibre:g} mm" if calibre else "", weapon or "") if part)
    return f"{conduct} ({kind})" if kind else conduct


def _covered_by(prohibition: Prohibition, situations: pl.DataFrame) -> Answers:
    checks = [
        np.where(situations["conduct"].cast(pl.String).to_numpy() == prohibition.conduct, YES, NO),
        _one_of(situations["weapon"], prohibition.weapons),
        _one_of(situations["uav_kind"], prohibition.uav_kinds),
        _calibre_within(situations, prohibition),
    ]
    return reduce(np.minimum, checks).astype(np.int8)


def _one_of(named: pl.Series, allowed: tuple[str, ...]) -> Answers:
    """Whether a named kind is among those covered; a kind that is not known is uncertain, no list covers all."""
    if not allowed:
        return np.full(len(named), YES, np.int8)
    words = named.cast(pl.String).fill_null("unknown").to_numpy().astype(str)
    return np.where(words == "unknown", UNCERTAIN, np.where(np.isin(words, allowed), YES, NO)).astype(np.int8)


def _calibre_within(situations: pl.DataFrame, prohibition: Prohibition) -> Answers:
    """Whether the calibre lies within the bounds; where only the class is known, its range of calibres decides or leaves open."""
    least, below = prohibition.calibre_at_least_mm, prohibition.calibre_below_mm
    height = situations.height
    if least is None and below is None:
        return np.full(height, YES, np.int8)
    classes = situations["weapon"].cast(pl.String).fill_null("").to_list()
    ranges = np.array([CALIBRE_RANGE_MM.get(name, (0.0, np.inf)) for name in classes], float).reshape(-1, 2)
    calibre = situations["calibre_mm"].fill_null(np.nan).to_numpy()
    smallest = np.where(np.isnan(calibre), ranges[:, 0], calibre)
    largest = np.where(np.isnan(calibre), ranges[:, 1], calibre)
    low, high = (0.0 if least is None else least), (np.inf if below is None else below)
    surely = (smallest >= low) & (largest < high)
    never = (largest < low) | (smallest >= high)
    return np.where(surely, YES, np.where(never, NO, UNCERTAIN)).astype(np.int8)


def _excuses(term: Term, geography: Geography, situations: pl.DataFrame) -> Question:
    """Whether no exception excuses it: 'no' where one surely does, uncertain where one is raised without its evidence."""
    height = situations.height
    answers = np.full(height, YES, np.int8)
    reason: dict[int, str] = {}
    missing: dict[int, str] = {}
    recorded = situations["evidence_on_record"].fill_null([])
    assessment = situations["assessment"].cast(pl.String).fill_null("")
    for exception in term.exceptions:
        raised = (assessment == (exception.assessment or "no assessment raises it")).to_numpy()
        proven = recorded.list.contains(exception.kind).to_numpy()
        holds_there = _holds_there(exception, geography, situations)
        for row in np.flatnonzero((raised | proven) & (holds_there != NO)).tolist():
            if proven[row] and holds_there[row] == YES:
                answers[row], reason[row] = NO, f"excepted as {exception.kind}: {exception.text}"
            elif answers[row] == YES:
                wanted = exception.needs if not proven[row] else "on which side of the edge of the exception's zone it lies"
                answers[row], missing[row] = UNCERTAIN, f"whether it was {exception.kind}: {wanted}"
    return Question(answers, KEPT, reason.__getitem__, missing.__getitem__)


def _holds_there(exception: TermException, geography: Geography, situations: pl.DataFrame) -> Answers:
    if exception.outside_zone is None:
        return np.full(situations.height, YES, np.int8)
    inside = membership(geography, exception.outside_zone, situations.with_columns(_acting_party().alias("party")))
    return np.where(inside == 1, NO, np.where(inside == 0, YES, UNCERTAIN)).astype(np.int8)


def _happened(situations: pl.DataFrame, settings: JudgingSettings) -> Question:
    probability = situations["probability"].fill_null(1.0).to_numpy()
    answers = np.where(probability >= settings.broken_from, YES, UNCERTAIN).astype(np.int8)
    wanted = f"'broken' needs {settings.broken_from:.0%}"
    return Question(
        answers,
        KEPT,
        lambda _: "",
        lambda row: f"confirmation that it happened: the reports make it {probability[row]:.0%} probable, {wanted}",
    )
