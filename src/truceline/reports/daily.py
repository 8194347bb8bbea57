"""The daily report as one value: everything that any of its formats shows, and nothing that may not leave the mission."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from truceline.values.source import Value


def _rounded(places: int) -> AfterValidator:
    return AfterValidator(lambda number: round(number, places) + 0.0)  # + 0.0 turns minus zero into zero


Share = Annotated[float, _rounded(3)]
"""0 to 1, to three places, so that the same figure is always the same text."""
Hours = Annotated[float, _rounded(2)]
Degrees = Annotated[float, _rounded(4)]
Point = tuple[Degrees, Degrees]
"""Latitude and longitude, WGS 84."""


class Totals(Value):
    """Ceasefire violations of one period or region, and beside them, never among them, what cannot be judged."""

    violations: int = Field(0, description="Ceasefire violations, at least: rounds, bursts and detonations of counted incidents")
    explosions: int = Field(0, description="Of these explosions, at least")
    incidents: int = Field(0, description="Incidents that the violations belong to")
    open_incidents: int = Field(0, description="Further incidents of fire, more probable than not, that cannot be judged")
    open_violations: int = Field(0, description="Rounds, bursts and detonations of these, at least")

    def __add__(self, other: Totals) -> Totals:
        names = type(self).model_fields
        return Totals(**{name: getattr(self, name) + getattr(other, name) for name in names})


class RegionTotal(Value):
    """Totals of one region, with the previous period's beside them."""

    region: str
    now: Totals
    before: Totals


class KindTotal(Value):
    """Running total of one kind since the last recommitment."""

    kind: str
    period: int
    since_start: int


class IncidentRow(Value):
    """One incident as it may be published: a coarse cell, the nearest named place, never the exact point."""

    number: int
    incident: str
    region: str
    sector: str
    cell: str = Field(description="Fixed H3 cell; empty where only the sector may be named")
    near: str
    local_from: str
    local_until: str
    conduct: str
    observation: str
    count: int = Field(description="At least so many")
    unit: str
    explosions: int
    description: str
    weapon: str
    means: str
    sources: str = Field(description="How many sources of each kind; which ones is not said")
    witnesses: int
    monitors: int
    probability: Share
    status: str = Field(description="Gravest finding; empty where no term concerns the conduct")
    terms: tuple[str, ...]
    responsible: str
    reason: str
    missing: str
    claimed_parties: tuple[str, ...]
    likely: bool = Field(description="Whether it is more probable than not")
    counted: bool = Field(description="Whether it is in the totals of violations")


class TermRow(Value):
    """How one term fared in the period: findings by status, and what was missing where it cannot be judged."""

    term: str
    title: str
    duty: bool = Field(description="A duty that observation of the ground cannot judge")
    kept: int
    broken: int
    cannot_be_judged: int
    not_in_force: int
    missing: tuple[str, ...]


class AreaRow(Value):
    """One disengagement area: what was found inside and near, and how its terms fared."""

    title: str
    inside: int
    cannot_be_told: int
    near: int
    findings: tuple[str, ...]


class SilentSpell(Value):
    """One spell of a sector in which enough was watched and no violation began or went on."""

    sector: str
    local_from: str
    local_until: str
    hours: Hours


class SectorWatch(Value):
    """How much of one sector was watched, in steps of two hours from the start of the period."""

    sector: str
    title: str
    region: str
    shares: tuple[Share, ...]
    mean: Share
    unseen_h: Hours = Field(description="Hours in which less was watched than silence needs: not seen, not quiet")
    silences: tuple[SilentSpell, ...]


class WatchHours(Value):
    """Hours by kind of observer and state."""

    observer: str
    state: str
    watches: int
    hours: Hours


class Restriction(Value):
    """Something that kept monitors from watching."""

    what: str
    observer: str
    by: str
    sector: str
    cell: str
    near: str
    local_from: str
    local_until: str


class ClaimTotal(Value):
    """Allegations by one claimant against one party: claims, apart from all counts."""

    claimant: str
    accused: str
    claims: int
    seen_by_monitors: int = Field(description="Claims of incidents that monitors noticed too")
    awaiting: int


class ClaimRow(Value):
    """One incident that rests on claims alone."""

    claimant: str = Field(description="Who makes the claim, several joined by commas")
    accused: str = Field(description="Whom it holds responsible; empty: nobody named")
    what: str
    sector: str
    near: str
    local_from: str
    local_until: str
    count: int
    witnesses: int
    probability: Share


class Books(Value):
    """What came in since the last report."""

    files: int
    received: int
    stored: int
    duplicate: int
    quarantined: int
    late: int
    conflicting: int


class Correction(Value):
    """A figure of an earlier report that later records changed."""

    day: date
    report: str
    what: Literal["violations", "explosions", "incidents", "open_incidents"]
    published: int
    restated: int


class SeriesPoint(Value):
    """One period: violations as known now, incidents that cannot be judged, and the share that was watched."""

    day: date
    violations: int
    open_incidents: int
    coverage: Share


class LineDrawing(Value):
    """One version of the line of contact: its points, and how far the true line may lie from them."""

    title: str
    accuracy_km: float
    points: tuple[Point, ...]


class AreaDrawing(Value):
    """An outline on the map."""

    title: str
    ring: tuple[Point, ...]


class SectorDrawing(Value):
    """Where a sector begins and ends along the line, and where its name may stand."""

    title: str
    start: tuple[Point, Point]
    end: tuple[Point, Point]
    middle: Point


class NamedPlace(Value):
    """A named place."""

    name: str
    at: Point


class Drawing(Value):
    """What the map shows besides incidents: public geometry, coarse cells, named places."""

    lines: tuple[LineDrawing, ...]
    areas: tuple[AreaDrawing, ...]
    sectors: tuple[SectorDrawing, ...]
    places: tuple[NamedPlace, ...]
    watched_cells: tuple[str, ...]


class DailyReport(Value):
    """The daily report of one reporting period."""

    format: Literal["truceline-report/1"] = "truceline-report/1"
    number: str
    edition: int = Field(ge=1)
    restates: str = Field("", description="What a later edition changed, in words")
    issued: str
    day: date
    mission: str
    agreement: str
    agreement_title: str
    agreement_status: str
    parties: tuple[tuple[str, str], ...]
    local_from: str
    local_until: str
    zone_note: str
    synthetic: bool
    regions: tuple[RegionTotal, ...]
    before_from: str = Field(description="Where the previous period's figures come from")
    running_since: str
    kinds: tuple[KindTotal, ...]
    incidents: tuple[IncidentRow, ...]
    unlikely: int = Field(description="Incidents no more probable than not; of these the most are heat seen from space alone")
    unlikely_heat: int
    areas: tuple[AreaRow, ...]
    terms: tuple[TermRow, ...]
    least_watched: Share = Field(description="Share of a sector that must be watched before silence counts")
    watch: tuple[SectorWatch, ...]
    strip_starts: tuple[str, ...] = Field((), description="Local time at which each step of the sectors' shares begins")
    watch_hours: tuple[WatchHours, ...]
    restrictions: tuple[Restriction, ...]
    claim_totals: tuple[ClaimTotal, ...]
    claims: tuple[ClaimRow, ...]
    withheld: int = Field(description="Claims that their originators have not released to the public")
    books: Books
    corrections: tuple[Correction, ...]
    series: tuple[SeriesPoint, ...]
    incident_cell_km2: float
    observer_cell_km2: float
    drawing: Drawing
    method: tuple[str, ...]

    @property
    def totals(self) -> Totals:
        """Totals of all regions."""
        return sum((region.now for region in self.regions), Totals())

    @property
    def total(self) -> int:
        """Violations in all regions, at least."""
        return self.totals.violations

    @property
    def coverage(self) -> float:
        """Share of ground and hours that was watched, mean over sectors, 0 to 1."""
        return sum(sector.mean for sector in self.watch) / len(self.watch) if self.watch else 0.0

    @property
    def undetermined_share(self) -> float:
        """Share of counted incidents whose responsible party is undetermined."""
        return share_of(row.responsible == "undetermined" for row in self.incidents if row.counted)

    @property
    def undetermined_impact_share(self) -> float:
        """Share of counted incidents of which it is not known whether fire was incoming or outgoing."""
        return share_of(row.description.startswith("undetermined") for row in self.incidents if row.counted)

    @property
    def weapon_unknown_share(self) -> float:
        """Share of counted incidents with a weapon not known."""
        return share_of(row.weapon == "N/K" for row in self.incidents if row.counted)

    def of_conduct(self, *conducts: str) -> list[IncidentRow]:
        """Incidents of some conducts that are more probable than not."""
        return [row for row in self.incidents if row.conduct in conducts and row.likely]

    def party_name(self, party: str) -> str:
        """Name of a party as it is printed; other words stay as they are."""
        return dict(self.parties).get(party, party)


def share_of(answers: Iterable[bool]) -> float:
    """Share of true answers, 0 without any."""
    said = list(answers)
    return sum(said) / len(said) if said else 0.0
