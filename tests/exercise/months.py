"""Ways to look into a made-up month: its files as tables, and rows that no watch accounts for."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from truceline.adapters.documents import read_agreement, shipped_agreement_path
from truceline.agreement.document import Agreement
from truceline.agreement.geography import Geography
from truceline.exercise.play import Play
from truceline.values.place import EARTH

NOTED_WITHIN = timedelta(minutes=4)
"""A watcher's minutes are off by up to some minutes, the more so as a table tells no seconds."""


@dataclass(frozen=True)
class Ground:
    """The demonstration's agreement and its ground."""

    agreement: Agreement
    geography: Geography


def demo_ground() -> Ground:
    loaded = read_agreement(shipped_agreement_path("freeze-demo"))
    return Ground(loaded.agreement, Geography(loaded.agreement, loaded.geometries))


def with_sides_exchanged(agreement: Agreement) -> Agreement:
    """The same agreement after the parties have changed sides."""
    lines = tuple(line.model_copy(update={"left": line.right, "right": line.left}) for line in agreement.lines)
    return agreement.model_copy(update={"lines": lines})


def names_exchanged(content: bytes) -> bytes:
    """The same bytes with the names of the two parties exchanged."""
    return content.replace(b"north", b"\0").replace(b"south", b"north").replace(b"\0", b"south")


def rows_of(month: Play, feed: str) -> pl.DataFrame:
    """Every row of a feed as text, in order of delivery; a file delivered again is left out."""
    files = [item for item in month.deliveries if item.feed == feed and not item.name.endswith("-again.csv")]
    return pl.concat([pl.read_csv(io.BytesIO(item.content), infer_schema=False) for item in files])


def watches_of(month: Play) -> pl.DataFrame:
    """The table of watches with times and numbers."""
    return rows_of(month, "watch").with_columns(
        pl.col("from", "until").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_zone="UTC", time_unit="us"),
        pl.col("range_km", "detection").cast(pl.Float64),
    )


def reports_with_truth(month: Play) -> pl.DataFrame:
    """Rows of the table of violations beside the true event of each."""
    truth = month.truth.rename({"latitude": "true_latitude", "longitude": "true_longitude"})
    records = month.records.filter(pl.col("feed") == "patrols").select("reference", "event_id")
    return rows_of(month, "patrols").join(records, on="reference").join(truth, on="event_id")


def unaccounted(reports: pl.DataFrame, watches: pl.DataFrame) -> pl.DataFrame:
    """Reports that no watch accounts for: nobody of that source watched from there, then, with the event inside the range.

    What was done to the mission itself (jamming, denial of access) is reported by the very watch that it blinded.
    """
    at = watches.rename({"latitude": "position_latitude", "longitude": "position_longitude"})
    joined = reports.join(
        at.select("source", "position_latitude", "position_longitude", "from", "until", "range_km", "state"),
        on=["source", "position_latitude", "position_longitude"],
        how="left",
    )
    _, _, metres = EARTH.inv(
        joined["position_longitude"].cast(pl.Float64).to_numpy(),
        joined["position_latitude"].cast(pl.Float64).to_numpy(),
        joined["true_longitude"].to_numpy(),
        joined["true_latitude"].to_numpy(),
    )
    against_mission = pl.col("conduct").is_in(["jamming", "denial of access"])
    # A watch that begins or ends within the event sees part of it.
    in_time = (pl.col("from") < pl.col("end")) & (pl.col("until") > pl.col("start"))
    in_range = pl.Series(np.asarray(metres) / 1000) <= pl.col("range_km")
    seen = in_time & ((in_range & (pl.col("state") == "watching")) | against_mission)
    accounted = joined.filter(seen.fill_null(False))["reference"].unique()
    return reports.filter(~pl.col("reference").is_in(accounted.implode()))
