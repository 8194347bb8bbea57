"""Checks that tell good rows from bad, column-wise; each bad row is rejected with its first reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from truceline.adapters.feeds.records import LINE, Chunk
from truceline.usecases.mission import Area
from truceline.usecases.ports import Rejected

TextOrNone = str | None
EARLIEST_YEAR, LATEST_YEAR = 1970, 2200


@dataclass(frozen=True, slots=True)
class Check:
    """`wrong` is true on rows whose `field`, a column of the file, is not what was expected; null counts as right."""

    field: str
    wrong: pl.Expr
    expected: str


def sift(frame: pl.DataFrame, checks: Sequence[Check], chunk: Chunk) -> tuple[pl.DataFrame, tuple[Rejected, ...]]:
    """Rows that pass every check, and the others as rejected rows with line, field, reason and bytes.

    `frame` holds the columns the checks speak of and LINE; the found value is taken from the chunk as it was read.
    """
    first = pl.coalesce(
        *(pl.when(check.wrong).then(pl.lit(place, pl.Int32)) for place, check in enumerate(checks)), pl.lit(None, pl.Int32)
    )
    marked = frame.with_columns(first.alias("first wrong"))
    if marked["first wrong"].null_count() == marked.height:
        return frame, ()
    bad = marked.filter(pl.col("first wrong").is_not_null()).select(LINE, "first wrong")
    found = bad.join(chunk.frame, on=LINE, how="left", maintain_order="left")
    rejected = tuple(_rejected(row, checks[row["first wrong"]], chunk) for row in found.iter_rows(named=True))
    return marked.filter(pl.col("first wrong").is_null()).drop("first wrong"), rejected


def _rejected(row: dict[str, object], check: Check, chunk: Chunk) -> Rejected:
    line = row[LINE]
    assert isinstance(line, int)  # noqa: S101  every chunk numbers its records
    value = row.get(check.field)
    shown = "nothing" if value is None else repr(value if len(str(value)) <= 80 else f"{str(value)[:80]}...")
    return Rejected(line, check.field, f"expected {check.expected}, found {shown}", chunk.content(line))


def number(column: str) -> pl.Expr:
    """The column as a finite number, or null."""
    value = pl.col(column).cast(pl.Float64, strict=False)
    return pl.when(value.is_finite()).then(value)


def missing(column: str, parsed: str | None = None) -> pl.Expr:
    """Whether a required value is absent or was not understood."""
    return pl.col(parsed or column).is_null()


def misread(column: str, parsed: str) -> pl.Expr:
    """Whether an optional value is there but was not understood."""
    return pl.col(column).is_not_null() & pl.col(parsed).is_null()


def place_checks(latitude: str, longitude: str, area: Area | None) -> list[Check]:
    """Checks of a place that is required; columns `latitude` and `longitude` hold the numbers, the arguments the file's names."""
    checks = [
        Check(latitude, ~pl.col("latitude").is_between(-90, 90).fill_null(value=False), "a latitude from -90 to 90"),
        Check(longitude, ~pl.col("longitude").is_between(-180, 180).fill_null(value=False), "a longitude from -180 to 180"),
    ]
    if area is not None:
        swapped = inside(area, "longitude", "latitude") & ~inside(area, "latitude", "longitude")
        # First, because exchanged values may be out of range as well, and this reason says what to do.
        checks.insert(0, Check(latitude, swapped, "a latitude (latitude and longitude look swapped)"))
    return checks


def inside(area: Area, latitude: str, longitude: str) -> pl.Expr:
    """Whether a place lies inside the mission's area."""
    return pl.col(latitude).is_between(area.south, area.north) & pl.col(longitude).is_between(area.west, area.east)
