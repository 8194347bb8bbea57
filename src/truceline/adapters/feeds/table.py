"""Any CSV, Parquet or GeoJSON table through a mapping: parties' claims, other missions' records.

The format of the mapping is described in docs/reference/feed-formats.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from truceline.adapters.feeds import words
from truceline.adapters.feeds.checks import Check, number, place_checks, sift
from truceline.adapters.feeds.context import FeedContext, keyed, no_exposures, observations
from truceline.adapters.feeds.mapping import FieldMapping, TableMapping
from truceline.adapters.feeds.records import LINE, Chunk
from truceline.adapters.feeds.tables import GEOJSON_PLACE, is_geojson, read_table
from truceline.adapters.feeds.times import span
from truceline.incidents.tables import OBSERVATION
from truceline.usecases.ports import Batch
from truceline.values.errors import InvalidFeed, Problem

UNCERTAINTY_M = 1000.0
TO_METRES = {"m": 1.0, "km": 1000.0, "mm": 0.001, "cm": 0.01, "in": 0.0254}
NUMBERS = {
    "uncertainty_m": (0.0, 1_000_000.0),
    "calibre_mm": (1.0, 2000.0),
    "count": (1.0, 1_000_000.0),
    "credibility": (1.0, 6.0),
    "observer_latitude": (-90.0, 90.0),
    "observer_longitude": (-180.0, 180.0),
}
"""Fields that are numbers, and between which bounds."""

TEXTS = ("reference", "source", "claimed_party", "releasable_to", "text")
VOCABULARIES = ("kind", "means", "assessment", "weapon", "uav_kind")


@dataclass(frozen=True, slots=True)
class _Built:
    """A frame that grows field by field, with the checks that its rows must pass."""

    frame: pl.DataFrame
    checks: tuple[Check, ...] = ()

    def with_field(self, values: pl.Expr, *checks: Check) -> _Built:
        return _Built(self.frame.with_columns(values), self.checks + checks)


class TableReader:
    """Reads tables that a mapping describes."""

    identity_holds_time = False

    def __init__(self, mapping: TableMapping, context: FeedContext) -> None:
        self.name = mapping.feed
        self._mapping = mapping
        self._context = context

    def read(self, path: Path, received_at: datetime) -> Iterator[Batch]:
        """Yield a file's batches, in file order; raises InvalidFeed when the file as a whole cannot be read."""
        place = GEOJSON_PLACE if is_geojson(path) else ()
        if not place and "latitude" not in self._mapping.fields:
            raise InvalidFeed(
                Problem(str(path), "a mapping with latitude and longitude, or GeoJSON", "neither", "Add the two fields.")
            )
        for chunk in read_table(path, self._context.largest_bytes):
            chunk = self._with_columns(path, chunk, place)
            built = self._built(chunk.frame, place)
            good, rejected = sift(built.frame, built.checks, chunk)
            kept = chunk.frame.join(good.select(LINE), on=LINE, how="semi", maintain_order="left")
            identity, content = self._keys(kept, good, place)
            good = good.select(LINE, *(name for name in good.columns if name in OBSERVATION.schema))
            good = self._context.graded(good.with_columns(observation_id=identity, content_hash=content))
            yield Batch(observations(good, self.name, received_at), no_exposures(), chunk.rejected + rejected)

    def _with_columns(self, path: Path, chunk: Chunk, place: tuple[str, ...]) -> Chunk:
        """The chunk, once its columns are those of the mapping; GeoJSON may leave properties out."""
        found = set(chunk.frame.columns) - {LINE, *place}
        used = set(self._mapping.used)
        problems = []
        if unknown := sorted(found - used - set(self._mapping.ignore)):
            expected = "only columns that the mapping uses or ignores"
            problems.append(
                Problem(str(path), expected, ", ".join(unknown), "Name them in the mapping, under ignore if not needed.")
            )
        missing = sorted(used - found)
        if missing and not place:
            problems.append(
                Problem(str(path), f"the columns {', '.join(missing)}", ", ".join(sorted(found)) or "none", "See the mapping.")
            )
        if problems:
            raise InvalidFeed(*problems)
        absent = [pl.lit(None, pl.String).alias(name) for name in missing]
        return Chunk(chunk.frame.with_columns(absent), chunk.rejected, chunk.content)

    def _keys(self, kept: pl.DataFrame, good: pl.DataFrame, place: tuple[str, ...]) -> tuple[pl.Series, pl.Series]:
        key = kept.with_columns(good["source"].alias("key source"), good["reference"].alias("key reference"))
        content = tuple(self._mapping.used) + place
        return keyed(key, self.name, (*content, "key source"), ("key source", "key reference"))

    def _built(self, frame: pl.DataFrame, place: tuple[str, ...]) -> _Built:
        raw = frame.rename({name: f"raw {name}" for name in frame.columns if name != LINE})
        built = _Built(raw.with_columns(self._text(name).alias(f"word {name}") for name in self._mapping.fields))
        for name in TEXTS:
            built = built.with_field(self._word(name).alias(name))
        built = self._with_times(built)
        built = self._with_place(built, place)
        for name in VOCABULARIES:
            built = self._with_vocabulary(built, name)
        for name in NUMBERS:
            built = self._with_number(built, name)
        return self._with_direction(built).with_field(
            pl.col("source"), Check(self._shown("source"), pl.col("source").is_null(), "a source, in the words of the mapping")
        )

    def _text(self, name: str) -> pl.Expr:
        """The field's text as the file has it, null where not known."""
        rule = self._mapping.fields[name]  # type: ignore[index]
        if rule.constant is not None:
            return pl.lit(str(rule.constant))
        text = pl.concat_str([pl.col(f"raw {column}") for column in rule.used], separator=" ", ignore_nulls=False)
        unknown = ["n/k", "nk", "", *(word.casefold() for word in rule.unknown)]
        return pl.when(~text.str.to_lowercase().is_in(unknown)).then(text)

    def _word(self, name: str) -> pl.Expr:
        """The field's text in our words; null where the file's word is not listed."""
        rule = self._rule(name)
        if rule is None:
            return pl.lit(None, pl.String)
        word = pl.col(f"word {name}")
        if not rule.values:
            return word
        return word.str.to_lowercase().replace_strict(
            {theirs.casefold(): ours for theirs, ours in rule.values.items()}, default=None, return_dtype=pl.String
        )

    def _rule(self, name: str) -> FieldMapping | None:
        return self._mapping.fields.get(name)  # type: ignore[call-overload,no-any-return]

    def _shown(self, name: str) -> str:
        """The column to show for what is wrong with a field."""
        rule = self._rule(name)
        return rule.used[0] if rule is not None and rule.used else name

    def _with_vocabulary(self, built: _Built, name: str) -> _Built:
        kind = OBSERVATION.schema[name]
        categories = list(kind.categories) if isinstance(kind, pl.Enum) else []
        if self._rule(name) is None:
            return built.with_field(pl.lit("reported" if name == "means" else None, pl.String).alias(name))
        word = self._word(name)
        ours = pl.when(word.is_in(categories)).then(word)
        wrong = ours.is_null() if name in ("kind", "means") else ours.is_null() & pl.col(f"word {name}").is_not_null()
        return built.with_field(
            ours.alias(name), Check(self._shown(name), wrong, f"a {name.replace('_', ' ')} in the words of the mapping")
        )

    def _with_number(self, built: _Built, name: str) -> _Built:
        rule = self._rule(name)
        if rule is None:
            default = {"uncertainty_m": UNCERTAINTY_M, "credibility": 6.0}.get(name)
            return built.with_field(pl.lit(default, pl.Float64).alias(name))
        low, high = NUMBERS[name]
        value = number(f"word {name}") * (TO_METRES[rule.unit] * (1000 if name == "calibre_mm" else 1) if rule.unit else 1)
        if name == "uncertainty_m":
            value = value.fill_null(pl.when(pl.col(f"word {name}").is_null()).then(UNCERTAINTY_M))
        given = pl.col(f"word {name}").is_not_null()
        proper = value.is_between(low, high).fill_null(value=False)
        if name in ("count", "credibility"):
            proper &= (value == value.round()).fill_null(value=False)
        if name == "credibility":
            value = value.fill_null(pl.when(~given).then(6.0))
        return built.with_field(
            value.alias(name), Check(self._shown(name), given & ~proper, f"a number from {low:,.10g} to {high:,.10g}")
        )

    def _with_direction(self, built: _Built) -> _Built:
        rule = self._rule("direction_from_deg")
        if rule is None:
            return built
        column = "word direction_from_deg"
        frame = words.translated(built.frame, column, words.bearing_or_degrees, {"direction_from_deg": pl.Float64})
        check = Check(
            self._shown("direction_from_deg"), ~pl.col(f"{column} understood"), "degrees from 0 to 360, or one of sixteen points"
        )
        return _Built(frame, (*built.checks, check))

    def _with_place(self, built: _Built, place: tuple[str, ...]) -> _Built:
        names = ("latitude", "longitude")
        mapped = "latitude" in self._mapping.fields
        columns = [f"word {name}" if mapped else f"raw {source}" for name, source in zip(names, place or names, strict=True)]
        shown = [self._shown(name) if mapped else source for name, source in zip(names, place or names, strict=True)]
        frame = built.frame.with_columns(number(column).alias(name) for column, name in zip(columns, names, strict=True))
        return _Built(frame, (*built.checks, *place_checks(shown[0], shown[1], self._context.area)))

    def _with_times(self, built: _Built) -> _Built:
        if "occurred" in self._mapping.fields:
            built = self._with_span(built, "occurred", "occurred_from", "occurred_until", required=True)
        else:
            built = self._with_span(built, "occurred_from", "occurred_from", None, required=True)
            built = self._with_span(built, "occurred_until", None, "occurred_until", required=True)
            backwards = pl.col("occurred_until") < pl.col("occurred_from")
            built = built.with_field(
                pl.col("occurred_until"), Check(self._shown("occurred_until"), backwards, "an end not earlier than the start")
            )
        if "reported_at" in self._mapping.fields:
            built = self._with_span(built, "reported_at", "reported_at", None, required=False)
        return built

    def _with_span(self, built: _Built, name: str, start: str | None, end: str | None, *, required: bool) -> _Built:
        """A time of the file as its earliest and latest instant; `start` and `end` name the columns that are wanted."""
        rule = self._rule(name)
        assert rule is not None  # noqa: S101  asked only for mapped fields
        zone: ZoneInfo | None = self._mapping.zone
        frame = span(built.frame, f"word {name}", rule.format, zone, rule.precision_min)
        kept = {"earliest": start, "latest": end}
        frame = frame.with_columns(pl.col(found).alias(wanted) for found, wanted in kept.items() if wanted)
        given = pl.col(f"word {name}").is_not_null()
        understood, zoned, exists = (pl.col(state).alias(f"{name} {state}") for state in ("understood", "zoned", "exists"))
        frame = frame.with_columns(understood, zoned, exists).drop("earliest", "latest", "understood", "zoned", "exists")
        shape = rule.format or "ISO 8601"
        checks = [
            Check(self._shown(name), given & ~pl.col(f"{name} understood"), f"a time as {shape}"),
            Check(self._shown(name), given & ~pl.col(f"{name} zoned"), "a time with a zone (the mapping states none)"),
            Check(self._shown(name), given & ~pl.col(f"{name} exists"), "a time that exists in its zone (clocks went forward)"),
        ]
        if required:
            checks.append(Check(self._shown(name), ~given, "a time"))
        return _Built(frame, (*built.checks, *checks))
