"""Plays a scenario: the files that each day's feeds would bring, and the truth that nobody in the mission knows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from truceline.agreement.document import Agreement
from truceline.agreement.geography import Geography
from truceline.exercise.reporting import Row, claims_of, heat_of, seen_by
from truceline.exercise.scenario import Scenario
from truceline.exercise.truth import Event, World, happen
from truceline.exercise.watchers import Watch, sites_of, watches_of
from truceline.values.time import ReportingPeriod

CUT_OFF = time(19, 30)

TRUTH_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "event_id": pl.Int64,
    "conduct": pl.String,
    "start": pl.Datetime("us", "UTC"),
    "end": pl.Datetime("us", "UTC"),
    "latitude": pl.Float64,
    "longitude": pl.Float64,
    "party": pl.String,
    "happened": pl.Boolean,
    "excused": pl.String,
    "weapon": pl.String,
    "calibre_mm": pl.Float64,
    "rounds": pl.Int64,
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file of one feed as it reaches the mission."""

    feed: str
    name: str
    received_at: datetime
    content: bytes


@dataclass(frozen=True, slots=True)
class Play:
    """A month played: deliveries in order of receipt, what truly happened, and which record is of which event.

    `records` has the columns feed, reference, latitude and longitude (text, for hot spots, which have no reference) and event_id
    (below 0: heat that is not of a conflict; 0: a watch).
    """

    periods: tuple[ReportingPeriod, ...]
    deliveries: tuple[Delivery, ...]
    truth: pl.DataFrame
    records: pl.DataFrame
    notices: bytes
    observers: pl.DataFrame


def play(scenario: Scenario, agreement: Agreement, geography: Geography) -> Play:
    """Play a scenario; the same scenario and agreement give the same bytes."""
    zone = ZoneInfo(agreement.time_zone)
    periods = [ReportingPeriod.ending(scenario.first_day + timedelta(days=day), CUT_OFF, zone) for day in range(scenario.days)]
    world = World(scenario, agreement, geography, periods)
    truth_rng, site_rng, watch_rng, claim_rng, heat_rng, post_rng = (
        np.random.default_rng(seed) for seed in np.random.SeedSequence(scenario.seed).spawn(6)
    )
    happen(world, truth_rng)
    sites = sites_of(world, site_rng)
    post = _Post(scenario, periods, post_rng)
    watches: list[Watch] = []
    for day, period in enumerate(periods):
        on_watch = watches_of(world, sites, period, zone, watch_rng)
        events = [event for event in world.events if event.happened and event.start < period.end and event.end > period.start]
        begun = [event for event in events if event.start >= period.start]
        for watch in on_watch:
            post.put(day, "patrols", seen_by(watch, events, world, zone, watch_rng))
        hot_spots, overpasses = heat_of(world, period, events, heat_rng)
        post.put(day, "firms", hot_spots)
        post.put(day, "claims", claims_of(world, period, begun, zone, claim_rng))
        post.put(day, "watch", [(_watch_row(watch), 0) for watch in (*on_watch, *overpasses)])
        watches += on_watch
    return Play(
        periods=tuple(periods),
        deliveries=tuple(post.deliveries()),
        truth=_truth(world.events),
        records=pl.DataFrame(post.records, schema=_RECORDS, orient="row"),
        notices=_notices(world.events),
        observers=pl.DataFrame(
            {"latitude": [watch.latitude for watch in watches], "longitude": [watch.longitude for watch in watches]}
        ),
    )


_RECORDS = {"feed": pl.String, "reference": pl.String, "latitude": pl.String, "longitude": pl.String, "event_id": pl.Int64}


class _Post:
    """Collects rows by feed and day of delivery, numbers them, lets some be late, and adds what real post is never free of."""

    def __init__(self, scenario: Scenario, periods: Sequence[ReportingPeriod], rng: np.random.Generator) -> None:
        self._late_share = scenario.late_share
        self._periods = periods
        self._rng = rng
        self._rows: dict[tuple[int, str], list[Row]] = {}
        self._numbers: dict[str, int] = {}
        self.records: list[tuple[str, str, str, str, int]] = []

    def put(self, day: int, feed: str, rows: Iterable[tuple[Row, int]]) -> None:
        """Take a day's rows of a feed, each with the event that it is of."""
        for row, event in rows:
            self._numbers[feed] = self._numbers.get(feed, 0) + 1
            reference = f"{feed}-{self._numbers[feed]:05d}"
            row = self._numbered(feed, row, reference)
            late = feed in ("patrols", "claims") and self._rng.random() < self._late_share
            arrives = min(day + (int(self._rng.integers(1, 4)) if late else 0), len(self._periods) - 1)
            self._rows.setdefault((arrives, feed), []).append(row)
            if feed != "watch":
                self.records.append((feed, reference, str(row.get("latitude", "")), str(row.get("longitude", "")), event))

    @staticmethod
    def _numbered(feed: str, row: Row, reference: str) -> Row:
        if feed == "firms":
            return row
        return {**row, "id" if feed == "claims" else "reference": reference}

    def deliveries(self) -> Iterable[Delivery]:
        """Files by day of delivery; the fifth day's patrol table has two bad rows, the tenth is delivered twice."""
        for day, period in enumerate(self._periods):
            received = period.end + timedelta(hours=1)
            for feed in ("watch", "patrols", "firms", "claims"):
                rows = self._rows.get((day, feed), [])
                if day == 4 and feed == "patrols" and rows:
                    rows = [*rows, {**rows[0], "reference": "patrols-bad-1", "time": "25:61"}]
                    rows.append({**rows[0], "reference": "patrols-bad-2", "bearing": "north-ish"})
                if not rows:
                    continue
                name = f"{feed}-{period.day.isoformat()}.csv"
                content = table(rows)
                yield Delivery(feed, name, received, content)
                if day == 9 and feed == "patrols":
                    yield Delivery(feed, name.replace(".csv", "-again.csv"), received, content)


def table(rows: Sequence[Row]) -> bytes:
    """Rows as CSV, UTF-8, with a header."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _watch_row(watch: Watch) -> Row:
    return {
        "reference": "",
        "source": watch.source,
        "observer": watch.observer,
        "from": _utc(watch.start),
        "until": _utc(watch.end),
        "latitude": f"{watch.latitude:.6f}",
        "longitude": f"{watch.longitude:.6f}",
        "range_km": f"{watch.range_km:g}",
        "detection": f"{watch.detection:g}",
        "state": watch.state,
        "blocked_by": watch.blocked_by or "",
        "reported_at": _utc(watch.end),
        "remark": watch.remark,
    }


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _truth(events: Sequence[Event]) -> pl.DataFrame:
    columns: dict[str, list[Any]] = {
        name: [getattr(event, name) for event in events] for name in TRUTH_SCHEMA if name != "event_id"
    }
    return pl.DataFrame({"event_id": [event.id for event in events], **columns}, schema=TRUTH_SCHEMA)


def _notices(events: Sequence[Event]) -> bytes:
    """What the parties gave notice of, a day ahead, as the mission's notices.csv."""
    header = "reference,party,kind,starts_at,ends_at,latitude,longitude,radius_km,received_at\n"
    rows = []
    for number, event in enumerate((event for event in events if event.excused), start=1):
        begins = event.start.replace(minute=0, second=0, microsecond=0)
        times = (begins, begins + timedelta(hours=3), begins - timedelta(hours=24))
        starts, ends, received = (moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M+00:00") for moment in times)
        place = f"{event.latitude:.3f},{event.longitude:.3f}"
        rows.append(f"notice-{number},{event.party},{event.excused},{starts},{ends},{place},2,{received}\n")
    return (header + "".join(rows)).encode()
