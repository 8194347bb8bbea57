"""The Parquet side of the store: one part a table and run, durable before anything names it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from truceline.compliance.tables import FINDING
from truceline.incidents.tables import EXPOSURE, INCIDENT, MEMBERSHIP, OBSERVATION, Table

TABLES: dict[str, Table] = {table.name: table for table in (OBSERVATION, EXPOSURE, INCIDENT, MEMBERSHIP, FINDING)}

TIME_OF: dict[str, tuple[str, str]] = {
    "observation": ("occurred_from", "occurred_until"),
    "exposure": ("watched_from", "watched_until"),
    "incident": ("earliest", "latest"),
}
"""The columns that bound a table's rows in time; tables not listed have none."""

UNFINISHED = ".unfinished"


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file as the database names it; `path` is relative to the archive folder."""

    table: str
    path: str
    sha256: str
    bytes: int
    rows: int
    earliest: datetime | None
    latest: datetime | None


class Archive:
    """A folder of Parquet parts: <table>/<run>.parquet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, table: str, run: int, frame: pl.DataFrame) -> Part:
        """Write one part: to an unfinished name, synced, renamed, its folder synced. Raises OSError with nothing left behind.

        Enums are kept as text, so that a part stays readable when the vocabulary grows.
        """
        declared = TABLES[table].conform(frame)
        target = self.folder / table / f"{run:08d}.parquet"
        unfinished = target.with_name(target.name + UNFINISHED)
        make_durable_folder(target.parent)
        try:
            _as_stored(declared).with_columns(run=pl.lit(run, pl.Int64)).write_parquet(
                unfinished, compression="zstd", statistics=True
            )
            sync(unfinished)
            unfinished.rename(target)
            sync(target.parent)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            target.unlink(missing_ok=True)
            raise
        earliest, latest = _time_span(table, declared)
        name = f"{table}/{target.name}"
        return Part(table, name, sha256_of(target), target.stat().st_size, declared.height, earliest, latest)

    def scan(self, table: str, names: Iterable[str]) -> pl.LazyFrame:
        """Rows of the named parts of a table in that order, with the column `run`."""
        schema = TABLES[table].schema
        paths = [self.folder / name for name in names]
        if not paths:
            return pl.LazyFrame(schema={**schema, "run": pl.Int64})
        stored = {name: _stored_type(kind) for name, kind in schema.items()} | {"run": pl.Int64}
        frame = pl.scan_parquet(paths, schema=stored, missing_columns="insert", glob=False)
        return frame.with_columns(pl.col(name).cast(kind) for name, kind in schema.items() if isinstance(kind, pl.Enum))

    def sweep(self, named: set[str]) -> list[str]:
        """Delete every file that is not named, and return what was deleted; call only while no one else writes."""
        swept = []
        for path in sorted(self.folder.glob("*/*")):
            name = f"{path.parent.name}/{path.name}"
            if name not in named:
                path.unlink()
                swept.append(name)
        return swept

    def remove(self, names: Iterable[str]) -> None:
        """Delete parts that no transaction named."""
        for name in names:
            (self.folder / name).unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Make a file's bytes, or a folder's list of names, durable; an error here means that the disk must not be trusted."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_durable_folder(folder: Path) -> None:
    """Make a folder and those above it, each named durably in the one above."""
    if not folder.is_dir():
        make_durable_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync(folder.parent)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _stored_type(kind: pl.DataType | type[pl.DataType]) -> pl.DataType | type[pl.DataType]:
    return pl.String if isinstance(kind, pl.Enum) else kind


def _as_stored(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col(name).cast(pl.String) for name, kind in frame.schema.items() if isinstance(kind, pl.Enum))


def _time_span(table: str, frame: pl.DataFrame) -> tuple[datetime | None, datetime | None]:
    if table not in TIME_OF:
        return None, None
    first, last = TIME_OF[table]
    return frame[first].min(), frame[last].max()  # type: ignore[return-value]
