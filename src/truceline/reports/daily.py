"""The daily report as one value: everything that any of its formats shows, and nothing that may not leave the mission."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from truceline.values.source import Value


class RegionTotal(Value):
    """Totals of one region, with the previous period's beside them."""

    region: str
    violations: int = Field(description="Ceasefire violations, at least")
    explosions: int = Field(description="Of these explosions, at least")
    incidents: int
    previous_violations: int
    previous_explosions: int


class KindTotal(Value):
    """Running total of one kind since the agreement's last start."""

    kind: str
    period: int
    since_start: int


class IncidentRow(Value):
    """One incident as it may be published: a coarse cell, the nearest named place, never the exact point."""

    number: int
    incident: str
    region: str
    sector: str
    cell: str
    near: str
    local_from: str
    local_until: str
    conduct: str
    observation: str
    description: str
    weapon: str
    means: str
    count: int
    witnesses: int
    monitors: int
    probability: float
    status: str
    terms: tuple[str, ...]
    responsible: str
    reason: str
    counted: bool = Field(description="Whether it is in the totals: more probable than not, and not excused or out of force")


class TermRow(Value):
    """How one term fared in the period: findings by status, and what was missing most often."""

    term: str
    title: str
    kept: int
    broken: int
    cannot_be_judged: int
    not_in_force: int
    missing: str


class SectorWatch(Value):
    """How much of one sector was watched, in steps of two hours from the start of the period, and how long it was silent."""

    sector: str
    title: str
    region: str
    shares: tuple[float, ...]
    mean: float
    longest_silence_h: float = Field(description="Longest spell without violation of which more than half was watched, hours")
    unseen_h: float = Field(description="Hours of which less than half was watched: not seen, not quiet")


class WatchHours(Value):
    """Hours by kind of observer and state."""

    observer: str
    state: str
    hours: float


class Restriction(Value):
    """Something that kept monitors from watching."""

    what: str
    observer: str
    by: str
    cell: str
    near: str
    local_from: str
    local_until: str
    remark: str


class ClaimRow(Value):
    """An allegation that no monitor confirmed: a claim, with who made it."""

    claimant: str
    accused: str
    near: str
    local_from: str
    local_until: str
    count: int
    probability: float


class Books(Value):
    """What came in during the period."""

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
    what: str
    published: int
    restated: int


class SeriesPoint(Value):
    """One earlier period: violations as published or as known now, and the share that was watched."""

    day: date
    violations: int
    coverage: float


class Drawing(Value):
    """What the map shows besides incidents: public geometry, coarse cells, named places; degrees, WGS 84."""

    lines: tuple[tuple[str, tuple[tuple[float, float], ...]], ...]
    accuracy_km: float
    zones: tuple[tuple[str, tuple[tuple[float, float], ...]], ...]
    sectors: tuple[tuple[str, float, float], ...]
    places: tuple[tuple[str, float, float], ...]
    watched_cells: tuple[str, ...]


class DailyReport(Value):
    """The daily report of one reporting period."""

    format: str = "truceline-report/1"
    number: str
    edition: int
    day: date
    mission: str
    agreement: str
    agreement_title: str
    parties: tuple[tuple[str, str], ...]
    period: str
    zone_note: str
    synthetic: bool
    regions: tuple[RegionTotal, ...]
    kinds: tuple[KindTotal, ...]
    incidents: tuple[IncidentRow, ...]
    undetermined_share: float
    terms: tuple[TermRow, ...]
    watch: tuple[SectorWatch, ...]
    watch_hours: tuple[WatchHours, ...]
    restrictions: tuple[Restriction, ...]
    claims: tuple[ClaimRow, ...]
    books: Books
    corrections: tuple[Correction, ...]
    series: tuple[SeriesPoint, ...]
    disengagement: tuple[str, ...]
    drawing: Drawing
    method: tuple[str, ...]

    @property
    def total(self) -> int:
        """Violations in all regions, at least."""
        return sum(region.violations for region in self.regions)

    @property
    def coverage(self) -> float:
        """Share of ground and hours that was watched, mean over sectors, 0 to 1."""
        return sum(sector.mean for sector in self.watch) / len(self.watch) if self.watch else 0.0

    def apart(self) -> list[IncidentRow]:
        """Incidents that monitors noticed and that are not in the totals: excused, not in force, or not believed."""
        return [row for row in self.incidents if not row.counted and row.monitors]

    @property
    def heat_alone(self) -> int:
        """Hot spots, alone or in groups, that nothing else confirms."""
        return sum(row.observation == "heat" and not row.counted for row in self.incidents)

    def rows(self, *conducts: str, counted: bool | None = True) -> list[IncidentRow]:
        """Incidents of some conducts (all if none is named); only those counted, unless asked otherwise."""
        chosen = [row for row in self.incidents if not conducts or row.conduct in conducts]
        return [row for row in chosen if counted is None or row.counted is counted]
