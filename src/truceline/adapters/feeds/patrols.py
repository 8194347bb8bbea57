"""Patrols, cameras, acoustic sensors and UAV, in the layout of the OSCE daily report's table of ceasefire violations.

Distance and bearing from a position give the place with its uncertainty; the position itself goes to the protected columns and is
never repeated in the text. The format is described in docs/reference/feed-formats.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl

from truceline.adapters.feeds import words
from truceline.adapters.feeds.checks import Check, misread, number, place_checks, sift
from truceline.adapters.feeds.context import FeedContext, keyed, no_exposures, observations
from truceline.adapters.feeds.records import LINE, Columns, read_records
from truceline.adapters.feeds.times import instant, local_date, local_span
from truceline.adapters.feeds.words import translated
from truceline.usecases.ports import Batch
from truceline.values.place import Place, seen_from
from truceline.values.vocabulary import OBSERVER_KINDS

COLUMNS = Columns(
    required=("source", "observer", "position", "distance_km", "bearing", "means", "number", "observation", "date", "time"),
    optional=(
        "reference", "position_latitude", "position_longitude", "position_uncertainty_m", "description", "direction", "weapon",
        "reported_at", "claimed_party", "credibility", "remark",
    ),
)  # fmt: skip

MAY_BE_NOT_KNOWN = ("distance_km", "bearing", "number", "description", "direction", "weapon", "time")
POSITION_UNCERTAINTY_M = 100.0
FARTHEST_NOT_KNOWN_M = 10_000.0
CREDIBILITY_BY_MEANS = {"saw": 2, "saw and heard": 2, "recorded": 2, "uav": 2, "heard": 3, "reported": 6}


class PatrolReader:
    """Reads tables of what patrols and sensors observed; local times are in the mission's zone."""

    name = "patrols"
    identity_holds_time = False

    def __init__(self, context: FeedContext) -> None:
        self._context = context

    def read(self, path: Path, received_at: datetime) -> Iterator[Batch]:
        """Yield a file's batches, in file order; raises InvalidFeed when the file as a whole cannot be read."""
        for chunk in read_records(path, COLUMNS, self._context.largest_bytes):
            frame = self._understood(chunk.frame)
            good, rejected = sift(frame, self._checks(), chunk)
            raw = chunk.frame.join(good.select(LINE), on=LINE, how="semi", maintain_order="left")
            identity, content = keyed(raw, self.name, COLUMNS.all, ("source", "reference"))
            good = _placed(good).with_columns(observation_id=identity, content_hash=content)
            found = observations(self._context.graded(good), self.name, received_at)
            yield Batch(found, no_exposures(), chunk.rejected + rejected)

    def _understood(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Every column of text with its meaning beside it; `latitude` and `longitude` are of the position for now."""
        frame = frame.with_columns(words.known(name) for name in MAY_BE_NOT_KNOWN)
        frame = translated(frame, "observation", words.kind, {"kind": pl.String})
        frame = translated(
            frame.rename({"means": "means word"}), "means word", words.one_of("means", words.MEANS_BY_WORD), {"means": pl.String}
        )
        frame = translated(frame, "description", words.one_of("assessment", words.ASSESSMENTS_BY_WORD), {"assessment": pl.String})
        weapon = {"weapon": pl.String, "calibre_mm": pl.Float64, "uav_kind": pl.String}
        frame = translated(frame.rename({"weapon": "weapon word"}), "weapon word", words.weapon, weapon)
        frame = translated(frame, "distance_km", words.distance, {"near_m": pl.Float64, "far_m": pl.Float64})
        frame = translated(frame, "bearing", words.bearing, {"bearing_deg": pl.Float64, "sector_deg": pl.Float64})
        frame = translated(frame, "direction", words.direction, {"direction_from_deg": pl.Float64})
        frame = translated(frame, "number", words.count, {"count": pl.Int64})
        frame = local_span(frame.with_columns(day=local_date("date")), "day", "time", self._context.zone)
        return self._positioned(frame).with_columns(
            pl.col("reported_at").alias("reported_at word"),
            instant("reported_at"),
            pl.col("observer").str.to_lowercase(),
            pl.col("credibility").alias("credibility word"),
            pl.coalesce(
                pl.when(pl.col("credibility").str.contains("^[1-6]$")).then(pl.col("credibility")).cast(pl.UInt8, strict=False),
                pl.when(pl.col("credibility").is_null()).then(
                    pl.col("means").replace_strict(CREDIBILITY_BY_MEANS, default=None, return_dtype=pl.UInt8)
                ),
            ),
            pl.col("remark").alias("text"),
        )

    def _positioned(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Position from its columns, or by name from the mission's places when both are empty."""
        frame = frame.with_columns(
            latitude=number("position_latitude"),
            longitude=number("position_longitude"),
            position_m=number("position_uncertainty_m"),
            name=pl.col("position").str.to_lowercase(),
        )
        places = self._context.places
        if places is None:
            places = pl.DataFrame(schema={"name": pl.String, "latitude": pl.Float64, "longitude": pl.Float64})
        known = places.select(
            pl.col("name").str.to_lowercase(), known_latitude=pl.col("latitude"), known_longitude=pl.col("longitude")
        ).unique("name", keep="first")
        frame = frame.join(known, on="name", how="left", maintain_order="left")
        by_name = pl.col("position_latitude").is_null() & pl.col("position_longitude").is_null()
        return frame.with_columns(
            pl.when(by_name).then("known_latitude").otherwise("latitude").alias("latitude"),
            pl.when(by_name).then("known_longitude").otherwise("longitude").alias("longitude"),
            by_name=by_name,
        )

    def _checks(self) -> list[Check]:
        def unclear(column: str, expected: str, word: str = "") -> Check:
            return Check(column, ~pl.col(f"{word or column} understood"), expected)

        unknown_place = pl.col("by_name") & pl.col("latitude").is_null()
        return [
            Check("source", pl.col("source").is_null(), "the id of a source"),
            Check("observer", ~pl.col("observer").is_in(OBSERVER_KINDS).fill_null(value=False), "patrol, camera, acoustic or uav"),
            Check("position", pl.col("position").is_null(), "the name of the position"),
            Check("position", unknown_place, "coordinates, or a name that the mission's places list"),
            *place_checks("position_latitude", "position_longitude", self._context.area),
            Check(
                "position_uncertainty_m",
                misread("position_uncertainty_m", "position_m") | (pl.col("position_m") < 0),
                "metres, 0 or more",
            ),
            unclear("distance_km", "km such as 2 or 3-5, at most 50, or N/K"),
            unclear("bearing", "one of sixteen points, a sector such as E-SE, or N/K"),
            Check("means", pl.col("means").is_null(), "Saw, Heard, Saw and heard, Recorded, UAV or Reported"),
            unclear("number", "a number of 1 or more, 'at least' one, or N/K"),
            Check("observation", pl.col("kind").is_null(), f"one of {', '.join(sorted(set(words.KINDS_BY_WORD.values())))}"),
            unclear("description", f"one of {', '.join(words.ASSESSMENTS_BY_WORD)}, or N/K"),
            unclear("direction", "two of sixteen points such as W to E, or N/K"),
            unclear("weapon", f"one of {', '.join(words.WEAPONS_BY_WORD)}, with a calibre of that class, or N/K", "weapon word"),
            Check("date", pl.col("day").is_null(), "a date such as 2020-07-27 or 27-07-2020"),
            Check("time", ~pl.col("time understood"), "HH:MM, HH:MM:SS, HH:MM-HH:MM or N/K"),
            Check("time", ~pl.col("time exists"), f"a time that exists in {self._context.zone.key} (clocks went forward)"),
            Check("reported_at", misread("reported_at word", "reported_at"), "ISO 8601 with zone, such as 2020-07-27T20:15+03:00"),
            Check("credibility", misread("credibility word", "credibility"), "1 to 6"),
        ]


def _placed(good: pl.DataFrame) -> pl.DataFrame:
    """The rows with the position in the protected columns and the event's place and uncertainty in theirs."""
    good = good.with_columns(
        pl.col("position_m").fill_null(POSITION_UNCERTAINTY_M),
        near_m=pl.col("near_m").fill_null(0.0),
        far_m=pl.col("far_m").fill_null(FARTHEST_NOT_KNOWN_M),
    )
    key = ["latitude", "longitude", "position_m", "near_m", "far_m", "bearing_deg", "sector_deg"]
    distinct = good.select(key).unique(maintain_order=True)
    places = [_event_place(*row) for row in distinct.iter_rows()]
    table = distinct.with_columns(
        event_latitude=pl.Series([place.latitude for place in places], dtype=pl.Float64),
        event_longitude=pl.Series([place.longitude for place in places], dtype=pl.Float64),
        uncertainty_m=pl.Series([place.uncertainty_m for place in places], dtype=pl.Float64),
    )
    joined = good.join(table, on=key, how="left", nulls_equal=True, maintain_order="left")
    return joined.rename({"latitude": "observer_latitude", "longitude": "observer_longitude"}).rename(
        {"event_latitude": "latitude", "event_longitude": "longitude"}
    )


def _event_place(
    latitude: float, longitude: float, position_m: float, near_m: float, far_m: float, bearing_deg: float | None, sector_deg: float
) -> Place:
    position = Place(latitude, longitude, position_m)
    if far_m == 0:
        return position
    if bearing_deg is None:  # somewhere on the ring: all of it is inside the farthest distance
        return Place(latitude, longitude, float(np.hypot(far_m, position_m)))
    return seen_from(position, bearing_deg, near_m, far_m, sector_deg)
