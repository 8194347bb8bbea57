"""Takes feed files into the store, one commit a file, with books that close: received = stored + duplicate + quarantined."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from truceline.incidents.tables import EXPOSURE, OBSERVATION, UTC_TIME, Table
from truceline.usecases.mission import Mission
from truceline.usecases.ports import Batch, Clock, Commit, FeedReader, Rejected, Run, Store
from truceline.values.errors import InvalidFeed, Problem
from truceline.values.time import ReportingPeriod


@dataclass(frozen=True, slots=True)
class _Kind:
    """One of the two tables that feeds fill: its identity, and the time that places it in a reporting period."""

    table: Table
    identity: str
    earliest: str
    latest: str


_OBSERVATIONS = _Kind(OBSERVATION, "observation_id", "occurred_from", "occurred_until")
_EXPOSURES = _Kind(EXPOSURE, "exposure_id", "watched_from", "watched_until")


def ingest(
    reader: FeedReader,
    paths: Iterable[Path],
    store: Store,
    clock: Clock,
    mission: Mission,
    progress: Callable[[int], None] | None = None,
    received_at: datetime | None = None,
) -> list[Run]:
    """Take files of one feed into the store and return the closed run of each.

    A row that is stored already adds nothing; one with a stored identity but other content is stored and flagged conflicting.
    `received_at` is when the mission received the files, now if left out; `progress` is told of each finished file.
    A file that cannot be read as a whole leaves nothing behind and does not stop the others; InvalidFeed is raised at the end
    with the problems of all such files.
    """
    runs: list[Run] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            with store.writing():
                runs.append(_ingest_file(reader, path, store, clock, mission, received_at or clock.now()))
        except InvalidFeed as error:
            problems += error.problems
        if progress is not None:
            progress(1)
    if problems:
        raise InvalidFeed(*problems)
    return runs


def _ingest_file(reader: FeedReader, path: Path, store: Store, clock: Clock, mission: Mission, received_at: datetime) -> Run:
    started_at = clock.now()
    batches = list(reader.read(path, received_at))
    observed = _new_rows(_OBSERVATIONS, [batch.observations for batch in batches], reader, store)
    watched = _new_rows(_EXPOSURES, [batch.exposures for batch in batches], reader, store)
    rejected = _new_rejections(batches, reader, store)
    observed = _flagged(observed, mission, clock.now())
    conflicting = _count(observed, "conflicting") + _count(watched, "conflicting")
    recorded = pl.lit(clock.now()).cast(UTC_TIME)
    watched = watched.with_columns(recorded_at=recorded, synthetic=pl.lit(mission.synthetic)).drop("conflicting")
    received = sum(batch.observations.height + batch.exposures.height + len(batch.rejected) for batch in batches)
    stored = observed.height + watched.height
    run = Run(
        kind="ingest",
        started_at=started_at,
        feed=reader.name,
        file=str(path),
        file_sha256=_sha256_of(path),
        received=received,
        stored=stored,
        duplicate=received - stored - len(rejected),
        quarantined=len(rejected),
        late=_count(observed, "late"),
        conflicting=conflicting,
        outside_area=observed.height - _count(observed, "inside_area"),
    )
    store.commit(Commit(run, tables={"observation": observed, "exposure": watched}, rejected=rejected))
    return run


def _new_rows(kind: _Kind, frames: Sequence[pl.DataFrame], reader: FeedReader, store: Store) -> pl.DataFrame:
    """Rows whose identity and content are neither stored nor earlier in the file, with the flag `conflicting`."""
    found = pl.concat(frames) if frames else kind.table.empty()
    keys = found.select(kind.identity, "content_hash").with_row_index("row").unique([kind.identity, "content_hash"], keep="first")
    stored = _stored_keys(kind, found, reader, store)
    fresh = keys.join(stored, on=[kind.identity, "content_hash"], how="anti").sort("row")
    conflicting = fresh[kind.identity].is_in(stored[kind.identity].implode()) | ~fresh[kind.identity].is_first_distinct()
    rows = found if fresh.height == found.height else found[fresh["row"]]
    return rows.with_columns(conflicting=conflicting)


def _stored_keys(kind: _Kind, found: pl.DataFrame, reader: FeedReader, store: Store) -> pl.DataFrame:
    """Identity and content hash of the feed's stored rows that share an identity with the found ones.

    Where an identity holds its time, only stored rows of the same span are looked at; parts outside it are not even opened.
    """
    stored = store.scan(kind.table.name).filter(pl.col("feed") == reader.name)
    if getattr(reader, "identity_holds_time", False) and found.height:
        stored = stored.filter(pl.col(kind.earliest).is_between(found[kind.earliest].min(), found[kind.earliest].max()))
    same = found.lazy().select(kind.identity).unique()
    return stored.select(kind.identity, "content_hash").join(same, on=kind.identity, how="semi").collect()


def _new_rejections(batches: Sequence[Batch], reader: FeedReader, store: Store) -> list[Rejected]:
    """Rejected rows that are not in quarantine yet, so that a repeated file adds nothing there either."""
    rejected = [row for batch in batches for row in batch.rejected]
    if not rejected:
        return []
    of_feed = {number for number, run in store.runs("ingest") if run.feed == reader.name}
    held = {(row.field, row.reason, row.content) for row in store.quarantine() if row.run in of_feed}
    new = []
    for row in rejected:
        key = (row.field, row.reason, row.content)
        if key not in held:
            held.add(key)
            new.append(row)
    return new


def _flagged(observed: pl.DataFrame, mission: Mission, recorded_at: datetime) -> pl.DataFrame:
    """Observations with what the mission adds: time recorded, late, inside the area, synthetic."""
    area = mission.area
    return _late(observed, mission).with_columns(
        inside_area=pl.col("latitude").is_between(area.south, area.north) & pl.col("longitude").is_between(area.west, area.east),
        recorded_at=pl.lit(recorded_at).cast(UTC_TIME),
        synthetic=pl.lit(mission.synthetic),
    )


def _late(observed: pl.DataFrame, mission: Mission) -> pl.DataFrame:
    """Whether each row came later than its day's report was due: the end of its reporting period and the mission's grace."""
    local = pl.col("occurred_until").dt.convert_time_zone(mission.time_zone)
    day = local.dt.date() + pl.when(local.dt.time() >= mission.cut_off).then(pl.duration(days=1)).otherwise(pl.duration(days=0))
    days = observed.select(day.alias("day"))
    grace = timedelta(hours=mission.late_after_h)
    due = {at: ReportingPeriod.ending(at, mission.cut_off, mission.zone).end + grace for at in days["day"].unique().drop_nulls()}
    table = pl.DataFrame({"day": list(due), "due": list(due.values())}, schema={"day": pl.Date, "due": UTC_TIME})
    return observed.with_columns(
        late=observed["received_at"] > days.join(table, on="day", how="left", maintain_order="left")["due"]
    )


def _count(frame: pl.DataFrame, flag: str) -> int:
    return int(frame[flag].sum())


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
