"""The columnar tables that travel through the watch wing, declared once: column, type, unit, sentence.

Records move as Polars frames of these schemas; `conform` puts a frame into the declared shape and refuses unknown columns.
All times are UTC with microseconds. A protected column never leaves the mission.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from truceline.values.vocabulary import ASSESSMENTS, KINDS, MEANS, OBSERVER_KINDS, UAV_KINDS, WEAPON_CLASSES

UTC_TIME = pl.Datetime("us", "UTC")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its name, Polars type, a sentence with the unit, and whether it reveals monitors' positions."""

    name: str
    type: pl.DataType | type[pl.DataType]
    sentence: str
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A named list of columns."""

    name: str
    columns: tuple[Column, ...]

    @property
    def schema(self) -> dict[str, pl.DataType | type[pl.DataType]]:
        """Column names and Polars types, in order."""
        return {column.name: column.type for column in self.columns}

    def empty(self) -> pl.DataFrame:
        """Return a frame of this table with no rows."""
        return pl.DataFrame(schema=self.schema)

    def conform(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the frame with every declared column, in order and type; missing columns become null.

        Raises ValueError for a column that the table does not declare: nothing is dropped unsaid.
        """
        unknown = [name for name in frame.columns if name not in self.schema]
        if unknown:
            raise ValueError(f"Expected only columns of {self.name}, found {', '.join(unknown)}.")
        return frame.select(
            pl.col(name).cast(kind) if name in frame.columns else pl.lit(None).cast(kind).alias(name)
            for name, kind in self.schema.items()
        )


OBSERVATION = Table(
    "observation",
    (
        Column("observation_id", pl.UInt64, "Identity from the source's own key; the same record read twice is the same"),
        Column("content_hash", pl.UInt64, "Fingerprint of what the source said, to tell a duplicate from a conflict"),
        Column("feed", pl.String, "Feed that brought it"),
        Column("source", pl.String, "Id of the source that observed or reported"),
        Column("reference", pl.String, "The source's own reference, if it gives one"),
        Column("origin", pl.String, "Observations of one origin are one witness"),
        Column("occurred_from", UTC_TIME, "Earliest instant at which it may have happened"),
        Column("occurred_until", UTC_TIME, "Latest instant at which it may have happened"),
        Column("reported_at", UTC_TIME, "When the source reported it"),
        Column("received_at", UTC_TIME, "When the mission received it"),
        Column("recorded_at", UTC_TIME, "When the store made it durable"),
        Column("latitude", pl.Float64, "Degrees north, WGS 84, of the event"),
        Column("longitude", pl.Float64, "Degrees east, WGS 84, of the event"),
        Column("uncertainty_m", pl.Float64, "Radius in metres holding the event 68 % of the time"),
        Column("kind", pl.Enum(KINDS), "What was observed"),
        Column("count", pl.Int64, "How many, at least; null when not known"),
        Column("means", pl.Enum(MEANS), "How it was observed"),
        Column("assessment", pl.Enum(ASSESSMENTS), "Incoming, outgoing, impact, undetermined, exercise, ..."),
        Column("direction_from_deg", pl.Float64, "Degrees clockwise from north from which the fire came; null: not known"),
        Column("weapon", pl.Enum(WEAPON_CLASSES), "Weapon class; null: not known (N/K)"),
        Column("calibre_mm", pl.Float64, "Calibre in millimetres; null: not known"),
        Column("uav_kind", pl.Enum(UAV_KINDS), "Kind of UAV; null: not known or none"),
        Column("claimed_party", pl.String, "Party that the source holds responsible; a claim, never a finding"),
        Column("reliability", pl.String, "Of the source, A to F"),
        Column("credibility", pl.UInt8, "Of the report, 1 to 6"),
        Column("originator", pl.String, "Marking: who made the record"),
        Column("releasable_to", pl.String, "Marking: to whom it may be released"),
        Column("observer_latitude", pl.Float64, "Position of the monitor or sensor, degrees north", protected=True),
        Column("observer_longitude", pl.Float64, "Position of the monitor or sensor, degrees east", protected=True),
        Column("text", pl.String, "What the source said, in its words or the mission's summary"),
        Column("late", pl.Boolean, "Received after the report of its day was due"),
        Column("conflicting", pl.Boolean, "Same reference as an earlier record with other content"),
        Column("inside_area", pl.Boolean, "Inside the mission's area"),
        Column("synthetic", pl.Boolean, "Made by the generator, not observed"),
    ),
)

EXPOSURE = Table(
    "exposure",
    (
        Column("exposure_id", pl.UInt64, "Identity from the source's own key"),
        Column("content_hash", pl.UInt64, "Fingerprint of what the source said"),
        Column("feed", pl.String, "Feed that brought it"),
        Column("source", pl.String, "Id of the sensor, patrol or satellite"),
        Column("observer", pl.Enum(OBSERVER_KINDS), "Who or what watched"),
        Column("watched_from", UTC_TIME, "Start of the watch"),
        Column("watched_until", UTC_TIME, "End of the watch"),
        Column("latitude", pl.Float64, "Position of the observer, degrees north", protected=True),
        Column("longitude", pl.Float64, "Position of the observer, degrees east", protected=True),
        Column("range_m", pl.Float64, "Radius in metres within which events can be noticed", protected=True),
        Column("detection", pl.Float64, "Probability of noticing one event inside the range, 0 to 1"),
        Column("state", pl.Enum(("watching", "down", "blocked", "cloud", "jammed")), "What kept it from watching, if anything"),
        Column("blocked_by", pl.String, "Party that kept monitors from watching, when the record says so"),
        Column("reported_at", UTC_TIME, "When the source reported it"),
        Column("received_at", UTC_TIME, "When the mission received it"),
        Column("recorded_at", UTC_TIME, "When the store made it durable"),
        Column("text", pl.String, "Reason or remark"),
        Column("synthetic", pl.Boolean, "Made by the generator, not observed"),
    ),
)

INCIDENT = Table(
    "incident",
    (
        Column("incident_id", pl.UInt64, "Identity kept through versions, merges and splits"),
        Column("version", pl.Int32, "1, 2, ...: a later version supersedes an earlier one"),
        Column("recorded_at", UTC_TIME, "When this version was made"),
        Column("status", pl.Enum(("current", "merged", "withdrawn")), "Whether the incident stands, went into another or lost all"),
        Column("merged_into", pl.UInt64, "The incident that took its observations over"),
        Column("split_from", pl.UInt64, "The incident that it was split from"),
        Column("event", pl.String, "Event class: a conduct, refined for fire by its heaviest weapon class"),
        Column("conduct", pl.String, "Conduct that the term table judges"),
        Column("kind", pl.Enum(KINDS), "Kind of the best-graded observation"),
        Column("earliest", UTC_TIME, "Earliest instant of the start"),
        Column("latest", UTC_TIME, "Latest instant of the end"),
        Column("latitude", pl.Float64, "Precision-weighted mean, degrees north"),
        Column("longitude", pl.Float64, "Precision-weighted mean, degrees east"),
        Column("uncertainty_m", pl.Float64, "Radius in metres holding the event 68 % of the time"),
        Column("count_low", pl.Int64, "At least so many: the largest count of one witness"),
        Column("count_high", pl.Int64, "At most so many if no two witnesses counted the same one: the sum over witnesses"),
        Column("explosions", pl.Int64, "Detonations within count_low"),
        Column("weapon", pl.Enum(WEAPON_CLASSES), "Weapon class of the best-graded observation that names one"),
        Column("calibre_mm", pl.Float64, "Calibre in millimetres where known"),
        Column("uav_kind", pl.Enum(UAV_KINDS), "Kind of UAV where known"),
        Column("assessment", pl.Enum(ASSESSMENTS), "Assessment of the best-graded observation that gives one"),
        Column("direction_from_deg", pl.Float64, "Mean bearing from which fire came, over non-party witnesses; null: not known"),
        Column("direction_spread_deg", pl.Float64, "Largest difference of a witness from the mean bearing"),
        Column("observations", pl.Int32, "Number of observations linked"),
        Column("witnesses", pl.Int32, "Number of independent origins"),
        Column("monitors", pl.Int32, "Number of independent origins that are monitors' own (not claims)"),
        Column("sources", pl.List(pl.String), "Ids of the sources, sorted"),
        Column("claimed_parties", pl.List(pl.String), "Parties that sources hold responsible, sorted; claims, not findings"),
        Column("probability", pl.Float64, "Probability that it happened, 0 to 1"),
        Column("synthetic", pl.Boolean, "Rests on made-up observations"),
    ),
)

MEMBERSHIP = Table(
    "membership",
    (
        Column("incident_id", pl.UInt64, "Incident"),
        Column("version", pl.Int32, "Version of the incident"),
        Column("observation_id", pl.UInt64, "Observation that belongs to it"),
    ),
)
