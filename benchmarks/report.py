"""A day of 7,000 violations, and one of 7,000 incidents, all of them in the report, in every format: seconds and pages.

python benchmarks/report.py [INCIDENTS]
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from pypdf import PdfReader

from truceline.adapters.typesetting import compile_pdf
from truceline.agreement.geography import Geography
from truceline.compliance.tables import FINDING, STATUSES
from truceline.incidents.tables import EXPOSURE, INCIDENT, MEMBERSHIP, OBSERVATION
from truceline.reports.assemble import assemble
from truceline.reports.daily import Books
from truceline.reports.json import rebuild
from truceline.reports.knowledge import Knowledge, Setting
from truceline.reports.protection import Protection
from truceline.usecases.report import render
from truceline.values.source import Source
from truceline.values.time import ReportingPeriod
from truceline.wiring import load_agreement, read_places

Made = TypeVar("Made")
DAY, ZONE = date(2026, 3, 5), ZoneInfo("Atlantic/Azores")
TARGET_S = 10.0


def main() -> None:
    for count in [int(sys.argv[1])] if len(sys.argv) > 1 else [3_900, 7_000]:  # 3,900 incidents are some 7,000 violations
        one_day(count)


def one_day(count: int) -> None:
    """Assemble and render a day of so many incidents, and print how long it took."""
    loaded = load_agreement("freeze-demo")
    setting = Setting(
        mission="Benchmark (fictional)",
        agreement=loaded.agreement,
        geography=Geography(loaded.agreement, loaded.geometries),
        zone=ZONE,
        cut_off=datetime(2026, 1, 1, 19, 30).time(),  # noqa: DTZ001  a wall-clock time
        places=read_places(loaded.path.parent / "places.csv"),
        sources={f"camera-{number}": Source(id=f"camera-{number}", title="Camera", kind="camera") for number in range(20)},
        protection=Protection(),
        counted_above=0.5,
        synthetic=True,
        method=(),
    )
    period = ReportingPeriod.ending(DAY, setting.cut_off, ZONE)
    known = busy_day(count, period)
    start, worked = time.perf_counter(), time.process_time()
    report = timed("assembled", lambda: assemble(period, "064/2026", 1, known, setting, period.end))
    documents = timed("rendered", lambda: render(report, compile_pdf))
    content, page, pdf = (documents[name] for name in ("report.json", "report.html", "report.pdf"))
    seconds, worked = time.perf_counter() - start, time.process_time() - worked
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert rebuild(content) == report
    assert page.count(b"<tr>") > count
    print(f"{count:,} incidents, {report.total:,} violations, {len(pages)} pages")
    print(f"JSON {len(content):,} B, HTML {len(page):,} B, PDF {len(pdf):,} B")
    print(f"{worked:.1f} s of processor time; a busy machine takes longer by the clock")
    print(f"{seconds:.1f} s in all, target {TARGET_S:g} s: {'met' if seconds <= TARGET_S else 'missed'}")


def timed(name: str, work: Callable[[], Made]) -> Made:
    """The result of some work, its seconds printed."""
    start = time.perf_counter()
    result = work()
    print(f"{name:>10}  {time.perf_counter() - start:6.2f} s")
    return result


def busy_day(count: int, period: ReportingPeriod) -> Knowledge:
    """A day of fire all along the line, each incident with two observations, under twenty cameras."""
    rng = np.random.default_rng(1)
    ids = np.arange(1, count + 1, dtype=np.uint64)
    starts = [period.start + timedelta(seconds=float(second)) for second in np.sort(rng.uniform(0, 86_000, count))]
    weapons = np.array(["mortar", "artillery", "small arms", "heavy machine gun", None], dtype=object)
    incidents = pl.DataFrame(
        {
            "incident_id": ids,
            "version": [1] * count,
            "status": ["current"] * count,
            "conduct": ["fire"] * count,
            "kind": rng.choice(["explosion", "burst", "shot", "projectile"], count).tolist(),
            "earliest": starts,
            "latest": [
                start + timedelta(minutes=float(span)) for start, span in zip(starts, rng.uniform(1, 40, count), strict=True)
            ],
            "latitude": 45.0 + rng.normal(0, 0.04, count),
            "longitude": rng.uniform(-30.7, -29.3, count),
            "uncertainty_m": rng.uniform(100, 900, count),
            "count_low": rng.integers(1, 4, count),
            "explosions": rng.integers(0, 2, count),
            "weapon": rng.choice(weapons, count).tolist(),
            "witnesses": rng.integers(1, 4, count),
            "monitors": rng.integers(1, 3, count),
            "sources": [[f"camera-{number}"] for number in rng.integers(0, 20, count)],
            "claimed_parties": [[] for _ in range(count)],
            "probability": rng.uniform(0.81, 1.0, count),
            "synthetic": [True] * count,
        },
        schema_overrides={"weapon": pl.String, "claimed_parties": pl.List(pl.String)},
    )
    findings = pl.DataFrame(
        {
            "finding_id": ids,
            "version": [1] * count,
            "term": ["1"] * count,
            "incident_id": ids,
            "sector": [
                f"sector-{number}" for number in np.clip((incidents["longitude"].to_numpy() + 30.75) / 0.375 + 1, 1, 4).astype(int)
            ],
            "day": [DAY] * count,
            "status": rng.choice(STATUSES[1:3], count, p=[0.9, 0.1]).tolist(),
            "responsible": rng.choice(["north", "south", "undetermined"], count).tolist(),
            "reason": ["No fire: in force"] * count,
            "missing": ["evidence"] * count,
        }
    )
    twice = np.repeat(ids, 2)
    observations = pl.DataFrame(
        {
            "observation_id": np.arange(1, 2 * count + 1, dtype=np.uint64),
            "source": rng.choice([f"camera-{number}" for number in range(20)], 2 * count).tolist(),
            "means": rng.choice(["recorded", "heard", "saw"], 2 * count).tolist(),
            "latitude": np.repeat(incidents["latitude"].to_numpy(), 2),
            "longitude": np.repeat(incidents["longitude"].to_numpy(), 2),
            "observer_latitude": 45.0 + rng.normal(0, 0.02, 2 * count),
            "observer_longitude": rng.uniform(-30.7, -29.3, 2 * count),
        }
    )
    members = pl.DataFrame({"incident_id": twice, "version": [1] * (2 * count), "observation_id": observations["observation_id"]})
    return Knowledge(
        incidents=INCIDENT.conform(incidents),
        findings=FINDING.conform(findings),
        membership=MEMBERSHIP.conform(members),
        observations=OBSERVATION.conform(observations),
        exposures=EXPOSURE.conform(month_of_watches(period, rng)),
        books=Books(files=1, received=count, stored=count, duplicate=0, quarantined=0, late=0, conflicting=0),
    )


def month_of_watches(period: ReportingPeriod, rng: np.random.Generator) -> pl.DataFrame:
    """Twenty cameras over thirty days."""
    watches = [(camera, day) for camera in range(20) for day in range(30)]
    longitude = np.linspace(-30.7, -29.3, 20)
    return pl.DataFrame(
        {
            "exposure_id": np.arange(1, len(watches) + 1, dtype=np.uint64),
            "source": [f"camera-{camera}" for camera, _ in watches],
            "observer": ["camera"] * len(watches),
            "watched_from": [period.start - timedelta(days=day) for _, day in watches],
            "watched_until": [period.end - timedelta(days=day) for _, day in watches],
            "latitude": 45.0 + rng.normal(0, 0.01, len(watches)),
            "longitude": [longitude[camera] for camera, _ in watches],
            "range_m": [8000.0] * len(watches),
            "detection": [0.9] * len(watches),
            "state": ["watching"] * len(watches),
        }
    )


if __name__ == "__main__":
    main()
