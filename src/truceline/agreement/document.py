"""The agreement document: parties, lines, zones, terms, tolerance, stages, open questions, response ladder.

Each field carries its sentence; the reference page and the error messages are made from them. Validation here sees a parsed
tree only: `adapters/documents` reads the YAML and adds line and column to what is wrong.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from truceline.values.source import Citation, Value
from truceline.values.vocabulary import Conduct, UavKind, WeaponClass


class Party(Value):
    """A party to the agreement."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$", description="Short name used in terms and findings")
    name: str = Field(description="Name as it is printed")


class LineVersion(Value):
    """One version of the line of contact, as one party or all of them hold it, over a span of time."""

    id: str = Field(description="Short name used by zones and sectors")
    title: str
    according_to: str = Field("all", description="'all' or the party whose version this is")
    in_force_from: AwareDatetime = Field(description="First instant at which this version stands")
    in_force_until: AwareDatetime | None = Field(description="End of it, written down; null while it stands")
    file: str = Field(description="GeoJSON LineString or MultiLineString, relative to the document")
    accuracy_km: float = Field(ge=0, description="The true line lies within so many km of the drawn one; no answer inside it")
    left: str = Field(description="Party that holds the ground on the left, walking the line from its first point to its last")
    right: str = Field(description="Party that holds the ground on the right")
    measuring_only: bool = Field(False, description="Distances are measured from it; it no longer says who holds the ground")
    source: Citation


class Sector(Value):
    """A stretch of the line, with the ground on both sides of it."""

    id: str
    title: str
    region: str = Field(description="Region under which reports total it")
    line: str = Field(description="Line along which the stretch is measured")
    from_km: float = Field(ge=0, description="Start, km along the line from its first point")
    until_km: float = Field(gt=0, description="End, km along the line from its first point")
    depth_km: float = Field(20, gt=0, description="How far the sector reaches to either side, km")


class Band(Value):
    """The ground within a distance of the line; each party may measure from its own version of the line."""

    shape: Literal["band"]
    measured_from: dict[str, str] = Field(description="Line to measure from, by party; the key 'all' serves every party")
    from_km: float = Field(0, ge=0, description="Nearer edge, km from the line")
    until_km: float = Field(gt=0, description="Farther edge, km from the line")
    side: Literal["own", "both"] = Field("own", description="'own': each party only on the side it holds")


class Polygon(Value):
    """An area drawn on the map."""

    shape: Literal["polygon"]
    file: str | None = Field(None, description="GeoJSON Polygon or MultiPolygon, relative to the document")
    coordinates: tuple[tuple[float, float], ...] = Field((), description="Ring of (latitude, longitude) if no file is given")
    accuracy_km: float = Field(0, ge=0, description="No answer within so many km of its edge")


class Settlement(Value):
    """A named place with the radius that stands for its built-up area."""

    name: str
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    radius_km: float = Field(gt=0, description="Radius of its built-up area, km")


class Settlements(Value):
    """In and near listed settlements."""

    shape: Literal["settlements"]
    places: tuple[Settlement, ...] = Field(min_length=1)
    near_km: float = Field(0, ge=0, description="How far beyond the built-up area 'near' reaches, km")
    accuracy_km: float = Field(0, ge=0, description="No answer within so many km of its edge")


class Disc(Value):
    """A square-sided pilot area whose corners are not published, stood for by a disc of stated accuracy."""

    shape: Literal["disc"]
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    radius_km: float = Field(gt=0, description="Radius of the disc, km")
    accuracy_km: float = Field(0, ge=0, description="No answer within so many km of its edge")


Shape = Annotated[Band | Polygon | Settlements | Disc, Field(discriminator="shape")]


class Zone(Value):
    """A piece of ground that terms refer to."""

    id: str
    title: str
    kind: Literal["withdrawal", "security", "buffer", "disengagement", "settlements", "exercise", "other"] = "other"
    area: Shape
    source: Citation | None = None


class Prohibition(Value):
    """One conduct that a term forbids, narrowed by weapon, calibre, kind of UAV or object."""

    conduct: Conduct
    weapons: tuple[WeaponClass, ...] = Field((), description="Weapon classes it covers; empty covers all")
    calibre_at_least_mm: float | None = Field(None, ge=0, description="Only calibres of this and more")
    calibre_below_mm: float | None = Field(None, gt=0, description="Only calibres below this")
    uav_kinds: tuple[UavKind, ...] = Field((), description="Kinds of UAV it covers; empty covers all")


class TermException(Value):
    """A case in which prohibited conduct is no violation; only what is written here excuses."""

    kind: Literal["notified exercise", "demining", "ordered return of fire", "repairs", "monitors", "medical evacuation", "other"]
    text: str = Field(description="The condition in words")
    assessment: Literal["exercise", "controlled explosion", "return of fire"] | None = Field(
        None, description="Assessment of an incident that raises the exception"
    )
    outside_zone: str | None = Field(None, description="Zone outside of which alone the exception holds")
    needs: str = Field(description="Evidence that must be on record before the exception excuses")


class Validity(Value):
    """A span in which a term is in force; where its dates are disputed, one span for each party's version."""

    according_to: str = Field("all", description="'all' or the party that holds this version")
    start: AwareDatetime = Field(alias="from", description="First instant in force, with zone")
    end: AwareDatetime | None = Field(alias="until", description="First instant no longer in force; null while it stands")
    because: str = Field("", description="What started or ended it")

    model_config = Value.model_config | {"populate_by_name": True}


class Term(Value):
    """One rule: who may not do what, where, from when until when, with which exceptions; or a duty that only records can show."""

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.()-]*$", description="Paragraph number or short name")
    title: str
    text: str = Field(description="What the paragraph says, in the project's words")
    citation: Citation
    binds: tuple[str, ...] = Field(("all",), description="Parties bound; 'all' binds every party")
    in_force: tuple[Validity, ...] = Field(min_length=1)
    prohibits: tuple[Prohibition, ...] = Field((), description="Forbidden conduct; empty for a duty")
    obliges: str | None = Field(None, description="A duty that observation of the ground cannot judge, in words")
    where: str | None = Field(None, description="Zone in which it holds; null holds everywhere in the mission's area")
    exceptions: tuple[TermException, ...] = ()
    least_coverage: float | None = Field(
        0.8, ge=0, le=1, description="Share of sector and day that must have been watched before silence is 'kept'; null: never"
    )
    note: str = ""


class Tolerance(Value):
    """How many violations still count as a ceasefire that holds, and which risk of a wrong verdict is accepted."""

    value: float = Field(ge=0)
    unit: Literal["fire-hours a day", "incidents a day", "violations a day"]
    scope: Literal["whole line", "sector and party"] = "whole line"
    false_broken: float = Field(0.05, gt=0, lt=1, description="Highest accepted probability of a false 'broken'")
    false_holding: float = Field(0.05, gt=0, lt=1, description="Highest accepted probability of a false 'holding'")
    least_coverage: float = Field(0.5, ge=0, le=1, description="Least share of cells that must have been watched")
    source: Citation | None = None


class OpenQuestion(Value):
    """A question the text leaves open; a gate can require it closed."""

    id: str
    question: str
    closed_on: date | None = None
    answer: str = ""


class GateCondition(Value):
    """One thing that must be so before a stage may begin."""

    needs: Literal["verdict holding", "calm days", "coverage", "question closed", "withdrawal confirmed", "other"]
    value: float | None = None
    question: str | None = Field(None, description="Open question that must be closed")
    text: str


class Stage(Value):
    """A stage of the agreement with its entry gate."""

    id: str
    title: str
    entry: tuple[GateCondition, ...] = ()


class LadderStep(Value):
    """One step of the response to a breach, with its clock."""

    id: str
    within_hours: float = Field(gt=0)
    counted_from: Literal["breach", "first breach", "finding", "previous step"]
    action: str
    by: str
    source: Citation | None = None


class Agreement(Value):
    """A ceasefire agreement as data."""

    format: Literal["truceline-agreement/1"]
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    version: int = Field(ge=1, description="Grows by one with each change of this document")
    title: str
    summary: str
    status: Literal["agreed", "proposed", "fictional"]
    time_zone: str = Field(description="IANA name, e.g. Europe/Kyiv: the zone of the text's own hours")
    parties: tuple[Party, ...] = Field(min_length=2)
    lines: tuple[LineVersion, ...] = ()
    sectors: tuple[Sector, ...] = ()
    zones: tuple[Zone, ...] = ()
    terms: tuple[Term, ...] = Field(min_length=1)
    tolerance: Tolerance | None = None
    stages: tuple[Stage, ...] = ()
    open_questions: tuple[OpenQuestion, ...] = ()
    response_ladder: tuple[LadderStep, ...] = ()
    citations: tuple[Citation, ...] = Field(min_length=1)
