"""One day on the fictional line: fire seen and claimed, an exercise, a weapon, a denial, a jammed flight, a sector nobody saw."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from truceline.agreement.geography import Geography
from truceline.compliance.tables import FINDING
from truceline.incidents.tables import EXPOSURE, INCIDENT, MEMBERSHIP, OBSERVATION
from truceline.reports.assemble import assemble
from truceline.reports.daily import Books, DailyReport
from truceline.reports.knowledge import Knowledge, Setting, Stated
from truceline.reports.protection import Protection
from truceline.values.source import Source
from truceline.values.time import ReportingPeriod
from truceline.wiring import load_agreement, read_places

DAY = date(2026, 3, 5)
ZONE = ZoneInfo("Atlantic/Azores")
PERIOD = ReportingPeriod.ending(DAY, time(19, 30), ZONE)

CAMERA, PATROL, UAV = (45.02468, -30.31357), (44.99713, -30.15791), (45.05931, -29.90273)
"""Where the three watchers truly stood: no format may show it."""

SOURCES = {
    "camera-1": Source(id="camera-1", title="Camera 1", kind="camera", reliability="A"),
    "patrol-1": Source(id="patrol-1", title="Patrol 1", kind="patrol", reliability="A"),
    "uav-1": Source(id="uav-1", title="Mission UAV", kind="uav", reliability="A"),
    "north": Source(id="north", title="Northern Party", kind="party", party="north", reliability="D"),
    "south": Source(id="south", title="Southern Party", kind="party", party="south", reliability="D"),
    "echo": Source(id="echo", title="Echo of the north", kind="media", origin="north", reliability="E"),
    "satellite": Source(id="satellite", title="Satellite", kind="satellite", reliability="C"),
}


@cache
def loaded() -> tuple[Any, Geography, pl.DataFrame]:
    agreement = load_agreement("freeze-demo")
    return (
        agreement.agreement,
        Geography(agreement.agreement, agreement.geometries),
        read_places(agreement.path.parent / "places.csv"),
    )


def setting(**changes: Any) -> Setting:
    agreement, geography, places = loaded()
    values: dict[str, Any] = {
        "mission": "Story mission (fictional)",
        "agreement": agreement,
        "geography": geography,
        "zone": ZONE,
        "cut_off": time(19, 30),
        "places": places,
        "sources": SOURCES,
        "protection": Protection(),
        "counted_above": 0.5,
        "synthetic": True,
        "method": ("Counts are at least.",),
    }
    return Setting(**values | changes)


def at(hours: float) -> datetime:
    """So many hours after the start of the period."""
    return PERIOD.start + timedelta(hours=hours)


@dataclass
class Story:
    """Frames that grow line by line."""

    incidents: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    observations: list[dict[str, Any]] = field(default_factory=list)
    members: list[dict[str, Any]] = field(default_factory=list)
    watches: list[dict[str, Any]] = field(default_factory=list)
    stated: tuple[Stated, ...] = ()

    def happens(self, hours: float, place: tuple[float, float], status: str = "broken", **values: Any) -> int:
        """An incident with its finding; returns its id."""
        number = len(self.incidents) + 1
        term, sector = values.pop("term", "1"), values.pop("sector", "sector-2")
        responsible, missing = values.pop("responsible", "undetermined"), values.pop("missing", None)
        row = {
            "incident_id": number, "version": 1, "status": "current", "event": "fire", "conduct": "fire", "kind": "explosion",
            "earliest": at(hours), "latest": at(hours + 0.1), "latitude": place[0], "longitude": place[1], "uncertainty_m": 300.0,
            "count_low": 1, "count_high": 1, "explosions": 0, "observations": 1, "witnesses": 1, "monitors": 1,
            "sources": ["camera-1"], "claimed_parties": [], "probability": 0.97, "synthetic": True,
        }  # fmt: skip
        self.incidents.append(row | values)
        day = (at(hours).astimezone(ZONE) + timedelta(hours=4.5)).date()
        if status:
            self.findings.append(
                {
                    "finding_id": len(self.findings) + 1,
                    "version": 1,
                    "agreement": "freeze-demo/1",
                    "term": term,
                    "incident_id": number,
                    "incident_version": 1,
                    "sector": sector,
                    "day": day,
                    "status": status,
                    "responsible": responsible if status == "broken" else None,
                    "reason": "No fire: because",
                    "missing": missing,
                    "probability": 0.97,
                    "synthetic": True,
                }
            )
        return number

    def is_reported(
        self, incident: int, source: str, means: str, observer: tuple[float, float] | None = None, **values: Any
    ) -> None:
        """An observation of an incident."""
        number = len(self.observations) + 1
        of = self.incidents[incident - 1]
        self.observations.append(
            {
                "observation_id": number,
                "source": source,
                "means": means,
                "latitude": of["latitude"],
                "longitude": of["longitude"],
                "kind": of["kind"],
                "releasable_to": "public",
                "observer_latitude": observer and observer[0],
                "observer_longitude": observer and observer[1],
                "text": f"seen from {observer}",
                **values,
            }
        )
        self.members.append({"incident_id": incident, "version": 1, "observation_id": number})

    def watches_from(self, source: str, place: tuple[float, float], start: float, end: float, **values: Any) -> None:
        """A watch, by hours after the start of the period."""
        self.watches.append(
            {
                "exposure_id": len(self.watches) + 1,
                "content_hash": 1,
                "source": source,
                "observer": SOURCES[source].kind,
                "watched_from": at(start),
                "watched_until": at(end),
                "latitude": place[0],
                "longitude": place[1],
                "range_m": 40_000.0,
                "detection": 0.9,
                "state": "watching",
                "text": f"at {place[0]}, {place[1]}",
                **values,
            }
        )

    def knowledge(self) -> Knowledge:
        return Knowledge(
            incidents=INCIDENT.conform(pl.DataFrame(self.incidents, infer_schema_length=None))
            if self.incidents
            else INCIDENT.empty(),
            findings=FINDING.conform(pl.DataFrame(self.findings, infer_schema_length=None)) if self.findings else FINDING.empty(),
            membership=MEMBERSHIP.conform(pl.DataFrame(self.members)) if self.members else MEMBERSHIP.empty(),
            observations=OBSERVATION.conform(pl.DataFrame(self.observations, infer_schema_length=None))
            if self.observations
            else OBSERVATION.empty(),
            exposures=EXPOSURE.conform(pl.DataFrame(self.watches, infer_schema_length=None)) if self.watches else EXPOSURE.empty(),
            books=Books(files=3, received=40, stored=37, duplicate=2, quarantined=1, late=4, conflicting=1),
            stated=self.stated,
        )

    def report(self, **changes: Any) -> DailyReport:
        issued = datetime(2026, 3, 5, 22, 30, tzinfo=UTC)
        return assemble(PERIOD, "064/2026", 1, self.knowledge(), setting(**changes), issued)


def a_day() -> Story:
    """The whole day."""
    story = Story()
    hot = (45.0311, -30.2512)
    seen = story.happens(2, hot, count_low=14, explosions=14, weapon="mortar", calibre_mm=82, assessment="impact", witnesses=2,
                         sources=["camera-1", "patrol-1"], direction_from_deg=4.0)  # fmt: skip
    story.is_reported(seen, "camera-1", "recorded", CAMERA)
    story.is_reported(seen, "patrol-1", "heard", PATROL)
    bursts = story.happens(5, (45.0402, -30.2207), kind="burst", count_low=30, weapon="small arms", responsible="north",
                           assessment="outgoing", latest=at(7.5))  # fmt: skip
    story.is_reported(bursts, "camera-1", "recorded", CAMERA)
    story.happens(6, (44.9512, -30.6208), kind="shot", count_low=3, sector="sector-1", claimed_parties=["south"],
                  sources=["camera-1", "north"], witnesses=2)  # fmt: skip
    story.happens(8, (45.0105, -29.8806), "cannot be judged", count_low=9, explosions=9, sector="sector-3", probability=0.7,
                  missing="confirmation that it happened: 70 % is below 80 %")  # fmt: skip
    story.happens(9, (45.1903, -29.9312), "kept", count_low=25, explosions=25, sector="sector-3", assessment="exercise")
    weapon = story.happens(10, (45.0811, -29.9713), term="4", conduct="weapons", kind="weapon present", count_low=2,
                           weapon="artillery", calibre_mm=122, responsible="north", sector="sector-3",
                           sources=["uav-1"])  # fmt: skip
    story.is_reported(weapon, "uav-1", "uav", UAV)
    story.happens(11, (45.0013, -30.1004), term="7", conduct="mines", kind="mine laid", count_low=4, sources=["patrol-1"])
    damaged = (PATROL[0] + 0.002, PATROL[1])
    damage = story.happens(12, damaged, term="10", conduct="attack on protected object", kind="damage", sources=["patrol-1"])
    story.is_reported(damage, "patrol-1", "saw", PATROL)
    denied = story.happens(14, PATROL, term="9", conduct="denial of access", kind="access denied", responsible="south",
                           sources=["patrol-1"])  # fmt: skip
    story.is_reported(denied, "patrol-1", "saw", PATROL)
    claim = story.happens(15, (45.0707, -29.4508), "cannot be judged", count_low=6, sector="sector-4", probability=0.45, monitors=0,
                          sources=["north", "echo"], claimed_parties=["south"], missing="confirmation")  # fmt: skip
    story.is_reported(claim, "north", "reported", claimed_party="south")
    story.is_reported(claim, "echo", "reported", claimed_party="south")
    other = story.happens(16, (44.9804, -29.5101), "cannot be judged", count_low=2, sector="sector-4", probability=0.4, monitors=0,
                          sources=["south"], claimed_parties=["north"], missing="confirmation")  # fmt: skip
    story.is_reported(other, "south", "reported", claimed_party="north")
    story.is_reported(seen, "south", "reported", claimed_party="north")
    story.is_reported(other, "south", "reported", claimed_party="north", releasable_to="mission only")
    story.happens(17, (45.2012, -30.4004), "", conduct=None, kind="heat", probability=0.03, monitors=0, sources=["satellite"])
    story.happens(-20, hot, count_low=40, explosions=10, kind="burst")
    story.watches_from("camera-1", CAMERA, -30, 24)
    story.watches_from("patrol-1", PATROL, 12, 15, range_m=12_000.0)
    story.watches_from("patrol-1", PATROL, 15, 16, state="blocked", blocked_by="south", detection=0.0)
    story.watches_from("uav-1", UAV, 10, 13, range_m=9_000.0)
    story.watches_from("uav-1", UAV, 17, 18, state="jammed", detection=0.0)
    story.watches_from("satellite", (45.0, -30.0), 8, 8.2, range_m=900_000.0)
    return story
