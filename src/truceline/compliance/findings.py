"""From incidents to findings: each incident held against each term that concerns it, with an identity that stays."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import polars as pl

from truceline.agreement.document import Agreement
from truceline.agreement.geography import Geography
from truceline.compliance.attribution import attribute
from truceline.compliance.judge import judge
from truceline.compliance.settings import JudgingSettings
from truceline.compliance.tables import FINDING, SITUATION
from truceline.values.identity import identities


def report_day(moment: pl.Expr, cut_off: time, zone: ZoneInfo) -> pl.Expr:
    """Day of the reporting period that a UTC instant falls into: the local date, or the next one from the cut-off on."""
    local = moment.dt.convert_time_zone(zone.key)
    return local.dt.date() + pl.duration(days=(local.dt.time() >= cut_off).cast(pl.Int64))


def agreement_version(agreement: Agreement) -> str:
    """Name under which findings cite an agreement, e.g. minsk-2020/1."""
    return f"{agreement.id}/{agreement.version}"


def situations_of(incidents: pl.DataFrame, geography: Geography) -> pl.DataFrame:
    """SITUATION rows of incidents that show a conduct, with the responsible party where evidence of origin allows."""
    judged = incidents.filter(pl.col("conduct").is_not_null())
    attributed = attribute(judged, geography)
    return SITUATION.conform(
        judged.select(
            pl.col("incident_id").alias("key"),
            *("version", "conduct", "weapon", "calibre_mm", "uav_kind", "assessment", "earliest", "latest"),
            *("latitude", "longitude", "uncertainty_m", "probability"),
        ).with_columns(attributed["responsible"])
    )


def incident_findings(
    incidents: pl.DataFrame,
    agreement: Agreement,
    geography: Geography,
    *,
    cut_off: time,
    zone: ZoneInfo,
    recorded_at: datetime,
    settings: JudgingSettings | None = None,
    evidence_on_record: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return the findings of incidents, one for each incident and term that concerns its conduct.

    Parameters
    ----------
    incidents
        INCIDENT rows, one version each, shape (n, ...).
    evidence_on_record
        Frame of `incident_id` and `evidence_on_record`: kinds of exception whose required evidence somebody has recorded.

    Returns
    -------
    Frame of FINDING with version 1; `versioned` gives them their place after earlier versions.
    """
    situations = situations_of(incidents, geography)
    if evidence_on_record is not None:
        recorded = evidence_on_record.rename({"incident_id": "key"})
        situations = situations.drop("evidence_on_record").join(recorded, on="key", how="left")
        situations = SITUATION.conform(situations)
    judged = judge(agreement, geography, situations, settings)
    sectors = geography.sector(incidents["latitude"].to_numpy(), incidents["longitude"].to_numpy())
    places = incidents.select(
        pl.col("incident_id").alias("key"),
        pl.Series("sector", list(sectors), dtype=pl.String),
        report_day(pl.col("earliest"), cut_off, zone).alias("day"),
        "synthetic",
    )
    findings = judged.join(places, on="key", how="left").select(
        pl.lit(1, pl.Int32).alias("version"),
        pl.lit(recorded_at).alias("recorded_at"),
        pl.lit(agreement_version(agreement)).alias("agreement"),
        "term",
        pl.col("key").alias("incident_id"),
        pl.col("version").alias("incident_version"),
        *("sector", "day", "status", "responsible", "reason", "missing", "probability", "synthetic"),
    )
    named = findings.select("agreement", "term", pl.col("incident_id").cast(pl.String))
    return FINDING.conform(findings.with_columns(pl.Series("finding_id", identities(named, "finding"), dtype=pl.UInt64)))


def versioned(fresh: pl.DataFrame, earlier: pl.DataFrame) -> pl.DataFrame:
    """Those of the fresh findings that are new or say something else than the latest earlier version, numbered after it."""
    latest = earlier.sort("version").group_by("finding_id", maintain_order=True).last()
    joined = fresh.join(latest.select("finding_id", pl.exclude("finding_id").name.suffix("_before")), on="finding_id", how="left")
    said = ("incident_version", "status", "responsible", "reason", "missing", "coverage", "probability", "sector", "day")
    changed = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_before")) for name in said)
    return joined.filter(pl.col("version_before").is_null() | changed).select(
        pl.col("version_before").fill_null(0).add(1).cast(pl.Int32).alias("version") if name == "version" else pl.col(name)
        for name in FINDING.schema
    )
