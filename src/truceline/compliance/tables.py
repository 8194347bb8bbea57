"""The tables of compliance: the situation a term is held against, and the finding that results."""

from __future__ import annotations

import polars as pl

from truceline.incidents.tables import UTC_TIME, Column, Table
from truceline.values.vocabulary import ASSESSMENTS, CONDUCTS, UAV_KINDS, WEAPON_CLASSES

KEPT, BROKEN, CANNOT_BE_JUDGED, NOT_IN_FORCE = STATUSES = ("kept", "broken", "cannot be judged", "not in force")
"""The four answers. They are never merged: 'cannot be judged' is neither kept nor broken."""

UNDETERMINED = "undetermined"

SITUATION = Table(
    "situation",
    (
        Column("key", pl.UInt64, "Incident id, or the row number of a golden case"),
        Column("version", pl.Int32, "Incident version"),
        Column("conduct", pl.Enum(CONDUCTS), "What was done"),
        Column("weapon", pl.Enum(WEAPON_CLASSES), "Weapon class; null: not known"),
        Column("calibre_mm", pl.Float64, "Calibre in millimetres; null: not known"),
        Column("uav_kind", pl.Enum(UAV_KINDS), "Kind of UAV; null: not known"),
        Column("assessment", pl.Enum(ASSESSMENTS), "Assessment that may raise an exception"),
        Column("evidence_on_record", pl.List(pl.String), "Kinds of exception whose required evidence is on record"),
        Column("earliest", UTC_TIME, "Earliest instant"),
        Column("latest", UTC_TIME, "Latest instant"),
        Column("latitude", pl.Float64, "Degrees north; null when the distance is given instead"),
        Column("longitude", pl.Float64, "Degrees east"),
        Column("uncertainty_m", pl.Float64, "Radius in metres holding the event 68 % of the time"),
        Column("distance_km", pl.Float64, "Distance behind the line in km as an input; null: measured from the place"),
        Column("held_by", pl.String, "Party on whose side of the line the place lies, as an input; null: from the place"),
        Column("zone", pl.String, "Zone in which the place lies, as an input; null: from the place"),
        Column("responsible", pl.String, "Party responsible, or 'undetermined'"),
        Column("probability", pl.Float64, "Probability that it happened"),
    ),
)

FINDING = Table(
    "finding",
    (
        Column("finding_id", pl.UInt64, "Identity: agreement version, term, and incident or sector, day and party"),
        Column("version", pl.Int32, "1, 2, ...: a later version supersedes an earlier one"),
        Column("recorded_at", UTC_TIME, "When this version was made"),
        Column("agreement", pl.String, "Agreement id and version, e.g. minsk-2020/1"),
        Column("term", pl.String, "Term id"),
        Column("incident_id", pl.UInt64, "Incident judged; null for a sector and day without incident"),
        Column("incident_version", pl.Int32, "Its version"),
        Column("sector", pl.String, "Sector; null outside all sectors"),
        Column("day", pl.Date, "Day of the reporting period to which it belongs"),
        Column("status", pl.Enum(STATUSES), "kept, broken, cannot be judged, not in force"),
        Column("responsible", pl.String, "Party responsible, or 'undetermined'; null where nothing was broken"),
        Column("reason", pl.String, "Why, in one sentence"),
        Column("missing", pl.String, "What is missing when it cannot be judged"),
        Column("coverage", pl.Float64, "Share of sector and day watched by who could notice the conduct, 0 to 1"),
        Column("probability", pl.Float64, "Probability that the incident happened"),
        Column("synthetic", pl.Boolean, "Rests on made-up observations"),
    ),
)
