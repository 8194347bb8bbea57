"""Rows a second from satellite files into the archive, beside a bare Polars read of the same files in the same run.

The bare read parses three columns and keeps nothing; ingest checks every row, gives it an identity, compares it with the store,
writes it durably and closes the books. Their ratio is what that costs. Uses the real files of FIRMS where they are, else a made-up
year.
"""

from __future__ import annotations

import os
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from truceline.adapters.clock import FixedClock
from truceline.adapters.feeds import FeedContext
from truceline.adapters.feeds.firms import FirmsReader
from truceline.adapters.store import SqliteStore
from truceline.usecases.ingest import ingest
from truceline.usecases.mission import Area, Mission

AREA = Area(south=44, west=22, north=53, east=41)
MISSION = Mission(format="truceline-mission/1", id="bench", title="Bench", time_zone="Europe/Kyiv", area=AREA)
DATA = Path(os.environ.get("TRUCELINE_DATA", Path(__file__).parents[1].parent / "shared" / "data"))
ROUNDS = 3


def made_up(folder: Path, rows: int = 500_000) -> list[Path]:
    rng = np.random.default_rng(1)
    frame = pl.DataFrame(
        {
            "latitude": rng.uniform(44, 52, rows).round(5),
            "longitude": rng.uniform(22, 40, rows).round(5),
            "acq_date": np.sort(rng.integers(0, 365, rows)),
        }
    ).with_columns(pl.col("acq_date").map_elements(lambda day: date(2020, 1, 1) + timedelta(days=day), return_dtype=pl.Date))
    path = folder / "made-up.csv"
    frame.write_csv(path)
    return [path]


def timed_ingest(paths: list[Path], folder: Path) -> tuple[float, float, int]:
    """Seconds to take the files, to take them again, and the rows received."""
    store = SqliteStore(folder)
    reader = FirmsReader(FeedContext(zone=ZoneInfo("Europe/Kyiv"), area=AREA))
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    start = time.perf_counter()
    runs = ingest(reader, paths, store, clock, MISSION)
    first = time.perf_counter() - start
    start = time.perf_counter()
    again = ingest(reader, paths, store, clock, MISSION)
    second = time.perf_counter() - start
    assert all(run.balanced for run in [*runs, *again])
    assert sum(run.stored for run in again) == 0
    return first, second, sum(run.received for run in runs)


def timed_read(paths: list[Path]) -> float:
    start = time.perf_counter()
    for path in paths:
        pl.read_csv(path, try_parse_dates=True)
    return time.perf_counter() - start


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        paths = sorted((DATA / "firms").glob("*.csv.gz")) or made_up(folder)
        taken = [timed_ingest(paths, folder / str(number)) for number in range(ROUNDS)]
        read = min(timed_read(paths) for _ in range(ROUNDS))
        first, second, rows = min(taken)
        print(f"{rows:,} rows of {len(paths)} files, best of {ROUNDS}")
        print(f"bare Polars read        {read:6.2f} s  {rows / read:12,.0f} rows/s")
        print(f"ingest to the archive   {first:6.2f} s  {rows / first:12,.0f} rows/s  ratio {first / read:5.1f}")
        print(f"the same files again    {second:6.2f} s  {rows / second:12,.0f} rows/s  ratio {second / read:5.1f}")


if __name__ == "__main__":
    main()
