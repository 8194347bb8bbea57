"""Golden cases: sentences about an agreement that a lawyer has reviewed, judged like any incident; ours beside theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, timedelta
from itertools import groupby
from typing import Any, Literal, Protocol

import polars as pl
from pydantic import AwareDatetime, Field

from truceline.agreement.document import Agreement, Validity
from truceline.agreement.geography import Geography
from truceline.compliance.attribution import PRESENCE_CONDUCTS
from truceline.compliance.judge import judge
from truceline.compliance.tables import SITUATION, UNDETERMINED
from truceline.values.errors import InvalidDocument, Problem
from truceline.values.source import Value
from truceline.values.vocabulary import Assessment, Conduct, UavKind, WeaponClass

Status = Literal["kept", "broken", "cannot be judged", "not in force"]


class GoldenSituation(Value):
    """What happened, where and when, as far as the sentence tells; what it does not tell is not known."""

    conduct: Conduct
    weapon: WeaponClass | None = None
    calibre_mm: float | None = Field(None, gt=0, description="Calibre in millimetres")
    uav_kind: UavKind | None = None
    assessment: Assessment | None = None
    evidence_on_record: tuple[str, ...] = Field((), description="Kinds of exception whose evidence is on record")
    at: AwareDatetime = Field(description="When, with zone")
    precision_min: float = Field(0, ge=0, description="The time is known to plus or minus so many minutes")
    distance_km: float | None = Field(None, ge=0, description="Distance behind the line, instead of a place")
    held_by: str | None = Field(None, description="Party on whose side of the line it lies, instead of a place")
    zone: str | None = Field(None, description="Zone in which it lies, instead of a place")
    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)
    uncertainty_km: float = Field(0, ge=0, description="Radius in km holding the place 68 % of the time")
    responsible: str | None = Field(
        None, description="Who did it; left out: who holds the ground, for what stands or moves there, otherwise undetermined"
    )
    probability: float = Field(1, ge=0, le=1, description="Probability that it happened")

    @property
    def acted(self) -> str:
        """Party responsible, or 'undetermined'."""
        if self.responsible is not None:
            return self.responsible
        return (self.held_by if self.conduct in PRESENCE_CONDUCTS else None) or UNDETERMINED


class GoldenExpectation(Value):
    """The answer that the lawyer gives."""

    term: str = Field(description="Id of the term that the sentence is held against")
    status: Status
    because: str | None = Field(None, description="Words that our reason must contain")
    missing: str | None = Field(None, description="Words that must stand in what is missing")
    responsible: str | None = Field(None, description="Party that must be found responsible, or 'undetermined'")


class GoldenCase(Value):
    """One sentence with its situation and answer."""

    sentence: str
    situation: GoldenSituation
    expect: GoldenExpectation
    source: str = Field(description="Instrument and paragraph on which the answer rests, or whose reading it is")
    as_if_from: AwareDatetime | None = Field(None, description="For a proposal: judged as if it had been in force from then on")

    def mirrored(self, one: str, other: str) -> GoldenCase | None:
        """The case with the two parties exchanged; None where it names none of them, or a place that has a side of its own."""
        exchanged = {one: other, other: one}
        named = (self.situation.held_by, self.situation.responsible, self.expect.responsible)
        if self.situation.latitude is not None or not any(name in exchanged for name in named):
            return None
        situation = {
            name: exchanged.get(value or "", value) for name, value in zip(("held_by", "responsible"), named, strict=False)
        }
        answer = {"responsible": exchanged.get(named[2] or "", named[2])}
        return self.model_copy(
            update={
                "sentence": f"{self.sentence} (parties exchanged)",
                "situation": self.situation.model_copy(update=situation),
                "expect": self.expect.model_copy(update=answer),
            }
        )


class GoldenFile(Value):
    """The golden cases of one agreement."""

    format: Literal["truceline-golden/1"]
    agreement: str = Field(description="Id of a shipped agreement")
    cases: tuple[GoldenCase, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class GoldenResult:
    """One golden case judged: the reviewed answer beside ours."""

    agreement: str
    sentence: str
    expected: str
    ours: str
    agrees: bool
    reason: str
    source: str

    def to_json(self) -> dict[str, Any]:
        """Return the result as plain values."""
        return asdict(self)


class Loaded(Protocol):
    """An agreement with its drawings, as a reader of documents returns it."""

    @property
    def agreement(self) -> Agreement:
        """The document."""

    @property
    def geometries(self) -> Mapping[str, Any]:
        """Drawings in longitude and latitude, by file name."""


def run_golden(load_agreement: Callable[[str], Loaded], files: Iterable[GoldenFile]) -> list[GoldenResult]:
    """Judge every case, and again with the two parties exchanged where that makes sense, in order of the files.

    Parameters
    ----------
    load_agreement
        Reads a shipped agreement by its id.

    Raises InvalidDocument when cases name terms, parties or zones that their agreement does not have.
    """
    return [result for file in files for result in _results(file, load_agreement(file.agreement))]


def _results(file: GoldenFile, loaded: Loaded) -> list[GoldenResult]:
    problems = list(_unknown_names(file, loaded.agreement))
    if problems:
        raise InvalidDocument(*problems)
    cases = [version for case in file.cases for version in _both_ways(case, loaded.agreement)]
    geography = Geography(loaded.agreement, loaded.geometries)
    results: dict[int, GoldenResult] = {}
    numbered = sorted(enumerate(cases), key=lambda item: _question(item[1]))
    for (term, as_if_from), group in groupby(numbered, key=lambda item: _question(item[1])):
        held = dict(group)
        judged = judge(_as_if(loaded.agreement, as_if_from), geography, _situations(held), only_term=term)
        for row in judged.iter_rows(named=True):
            results[row["key"]] = _compared(file.agreement, held[row["key"]], row)
    return [results[number] for number in range(len(cases))]


def _both_ways(case: GoldenCase, agreement: Agreement) -> Iterator[GoldenCase]:
    yield case
    if len(agreement.parties) == 2:
        mirrored = case.mirrored(*(party.id for party in agreement.parties))
        if mirrored is not None:
            yield mirrored


def _question(case: GoldenCase) -> tuple[str, str]:
    """What one call of the judge can answer together: a term, and the date of a proposal taken as agreed."""
    return case.expect.term, case.as_if_from.isoformat() if case.as_if_from else ""


def _as_if(agreement: Agreement, since: str) -> Agreement:
    if not since:
        return agreement
    span = Validity.model_validate({"from": since, "until": None})
    return agreement.model_copy(update={"terms": tuple(term.model_copy(update={"in_force": (span,)}) for term in agreement.terms)})


def _situations(cases: Mapping[int, GoldenCase]) -> pl.DataFrame:
    """SITUATION rows of the cases, keyed by their numbers; times widened by their precision."""
    given = ("conduct", "weapon", "calibre_mm", "uav_kind", "assessment", "latitude", "longitude", "distance_km", "held_by", "zone")
    rows = [
        {name: getattr(case.situation, name) for name in (*given, "probability")}
        | {
            "key": number,
            "version": 1,
            "evidence_on_record": list(case.situation.evidence_on_record),
            "earliest": case.situation.at.astimezone(UTC) - timedelta(minutes=case.situation.precision_min),
            "latest": case.situation.at.astimezone(UTC) + timedelta(minutes=case.situation.precision_min),
            "uncertainty_m": case.situation.uncertainty_km * 1000,
            "responsible": case.situation.acted,
        }
        for number, case in cases.items()
    ]
    return SITUATION.conform(pl.DataFrame(rows, schema=SITUATION.schema))


def _compared(agreement: str, case: GoldenCase, row: Mapping[str, Any]) -> GoldenResult:
    expect = case.expect
    said = {"because": row["reason"], "missing": row["missing"], "responsible": row["responsible"]}
    wanted = {name: getattr(expect, name) for name in said if getattr(expect, name) is not None}
    agrees = row["status"] == expect.status and all(
        said[name] == words if name == "responsible" else words in (said[name] or "") for name, words in wanted.items()
    )
    told = "".join(f", {name}: {words}" for name, words in wanted.items())
    ours = row["status"] if agrees else f"{row['status']} ({row['reason']}; responsible: {row['responsible']})"
    return GoldenResult(
        agreement=agreement,
        sentence=case.sentence,
        expected=f"{expect.term} {expect.status}{told}",
        ours=f"{expect.term} {ours}",
        agrees=agrees,
        reason=row["reason"],
        source=case.source,
    )


def _unknown_names(file: GoldenFile, agreement: Agreement) -> Iterator[Problem]:
    """Names in the cases that the agreement does not have; a misspelt one would silently judge something else."""
    parties = {party.id for party in agreement.parties} | {UNDETERMINED}
    known = {"term": {term.id for term in agreement.terms}, "zone": {zone.id for zone in agreement.zones}, "party": parties}
    for number, case in enumerate(file.cases, 1):
        names = [("term", case.expect.term), ("zone", case.situation.zone), ("party", case.situation.held_by)]
        names += [("party", case.situation.responsible), ("party", case.expect.responsible)]
        where = f"golden cases of {file.agreement}, case {number}"
        for what, name in names:
            if name is not None and name not in known[what]:
                yield Problem(where, f"a {what} of the agreement ({', '.join(sorted(known[what]))})", repr(name), "Correct it.")
        if case.as_if_from and agreement.status != "proposed":
            yield Problem(where, "as_if_from only for a proposal", "an agreement in force", "Remove it.")
