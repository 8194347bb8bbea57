"""Rows of any CSV, Parquet or GeoJSON file as text columns with a line, for reading through a mapping."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from truceline.adapters.feeds.files import LARGEST_BYTES, whole
from truceline.adapters.feeds.records import LINE, Chunk, read_records
from truceline.usecases.ports import Rejected
from truceline.values.errors import InvalidFeed, Problem

GEOJSON_PLACE = ("geometry latitude", "geometry longitude")
ROWS_AT_ONCE = 250_000


def is_geojson(path: Path) -> bool:
    """Whether a file is GeoJSON by its name."""
    return _kind(path) in (".geojson", ".json")


def read_table(path: Path, largest_bytes: int = LARGEST_BYTES) -> Iterator[Chunk]:
    """Yield the rows of a table in order; the kind of file is told from its name, gzip or not.

    GeoJSON gives its features' properties and, from Point geometries, the columns of `GEOJSON_PLACE`. A row's line is its number
    where the file has no lines. Raises InvalidFeed when the file as a whole cannot be read.
    """
    kind = _kind(path)
    if kind == ".parquet":
        return _parquet(path, largest_bytes)
    if kind in (".geojson", ".json"):
        return _geojson(path, largest_bytes)
    if kind in (".csv", ".txt"):
        return read_records(path, None, largest_bytes)
    raise InvalidFeed(
        Problem(str(path), "a name that ends in .csv, .parquet or .geojson", path.name, "Rename or convert the file.")
    )


def _kind(path: Path) -> str:
    return Path(path.name.removesuffix(".gz")).suffix.lower()


def _parquet(path: Path, largest_bytes: int) -> Iterator[Chunk]:
    if path.is_file() and path.stat().st_size > largest_bytes:
        raise InvalidFeed(Problem(str(path), f"at most {largest_bytes:,} bytes", "more", "Split the file."))
    first = 0
    while True:
        try:
            frame = pl.scan_parquet(path, glob=False).slice(first, ROWS_AT_ONCE).collect()
        except (pl.exceptions.PolarsError, OSError, pl.exceptions.PanicException) as error:
            found = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise InvalidFeed(Problem(str(path), "a Parquet file that can be read", found, "Fetch it again.")) from None
        if frame.height == 0 and first:
            return
        yield _chunk_of(path, frame, first + 1)
        if frame.height < ROWS_AT_ONCE:
            return
        first += ROWS_AT_ONCE


def _chunk_of(path: Path, frame: pl.DataFrame, first_line: int) -> Chunk:
    texts = []
    for column in frame:
        if column.dtype.is_nested() or column.dtype in (pl.Binary, pl.Object):
            expected = "columns of text, numbers and times"
            raise InvalidFeed(Problem(f"{path}, column {column.name}", expected, str(column.dtype), "Unnest it before."))
        texts.append(_as_text(column))
    lines = pl.Series(LINE, range(first_line, first_line + frame.height), dtype=pl.Int64)
    text = pl.DataFrame([*texts, lines])

    def content(line: int) -> bytes:
        return json.dumps(text.drop(LINE).row(line - first_line, named=True), ensure_ascii=False).encode()

    return Chunk(text, (), content)


def _as_text(column: pl.Series) -> pl.Series:
    """Times as ISO 8601, with their zone if they have one."""
    if isinstance(column.dtype, pl.Datetime):
        return column.dt.to_string("%Y-%m-%dT%H:%M:%S%.6f" + ("%z" if column.dtype.time_zone else ""))
    text = column.cast(pl.String).str.strip_chars()
    return text.set(text == "", None)


def _geojson(path: Path, largest_bytes: int) -> Iterator[Chunk]:
    try:
        document = json.loads(whole(path, largest_bytes).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InvalidFeed(Problem(str(path), "GeoJSON in UTF-8", str(error), "Check the file.")) from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise InvalidFeed(Problem(str(path), "a GeoJSON FeatureCollection", type(document).__name__, "Check the file."))
    rows: list[dict[str, str | None]] = []
    lines: list[int] = []
    rejected: list[Rejected] = []
    contents: dict[int, bytes] = {}
    for line, feature in enumerate(features, start=1):
        contents[line] = json.dumps(feature, ensure_ascii=False).encode("utf-8", "surrogatepass")
        row = _feature_row(feature)
        if isinstance(row, str):
            rejected.append(Rejected(line, "geometry", row, contents[line]))
        else:
            rows.append(row)
            lines.append(line)
    names = sorted({name for row in rows for name in row} - {LINE})
    columns = {name: [row.get(name) for row in rows] for name in names}
    frame = pl.DataFrame({**columns, LINE: lines}, schema={**dict.fromkeys(names, pl.String), LINE: pl.Int64})
    yield Chunk(frame, tuple(rejected), contents.__getitem__)


def _feature_row(feature: Any) -> dict[str, str | None] | str:
    """The feature's properties and place as text, or why it cannot be taken."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return "expected a feature with a Point geometry"
    place = geometry.get("coordinates")
    if not isinstance(place, list) or len(place) < 2 or not all(type(value) in (int, float) for value in place[:2]):
        return "expected coordinates [longitude, latitude]"
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        return "expected properties by name"
    row = {str(name): _scalar(value) for name, value in properties.items()}
    row[GEOJSON_PLACE[0]], row[GEOJSON_PLACE[1]] = repr(place[1]), repr(place[0])
    return row


def _scalar(value: Any) -> str | None:
    text = value if isinstance(value, str) else None if value is None else json.dumps(value, ensure_ascii=False)
    text = text.encode("utf-8", "replace").decode().strip() if text else None
    return text or None
