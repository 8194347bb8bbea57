"""Counts of ceasefire violations: which incidents are in them, by period, region and kind."""

from __future__ import annotations

from datetime import date

import polars as pl

from truceline.compliance.findings import report_day
from truceline.compliance.tables import BROKEN, CANNOT_BE_JUDGED, KEPT, NOT_IN_FORCE
from truceline.reports.daily import KindTotal, Totals
from truceline.reports.knowledge import OUTSIDE, Setting

GRAVITY = {BROKEN: 0, CANNOT_BE_JUDGED: 1, KEPT: 2, NOT_IN_FORCE: 3}

WHO_IS_MISSING = "who is responsible"
"""How a finding begins to say that it cannot be judged only because the term binds one party and nobody knows who it was."""

KIND_GROUPS: dict[str, tuple[str, ...]] = {
    "projectiles and rockets in flight": ("projectile", "rocket"),
    "muzzle flashes": ("muzzle flash",),
    "illumination flares": ("illumination flare",),
    "bursts and shots": ("burst", "shot"),
}
EXPLOSIONS, OTHER = "explosions", "other, or not told apart"
KINDS = (EXPLOSIONS, *KIND_GROUPS, OTHER)


def judged_incidents(incidents: pl.DataFrame, findings: pl.DataFrame, setting: Setting) -> pl.DataFrame:
    """INCIDENT rows with what was found of each: day, status, terms, responsible, reason, missing, sector, region, likely, counted.

    An incident of fire counts as a violation when it is more probable than not and a term is broken, or would be but for not
    knowing who did it. One that otherwise cannot be judged is `open`: stated beside the count, never in it.
    """
    found = _gravest(findings)
    likely = pl.col("probability") > setting.counted_above
    named = (pl.col("conduct") == "fire") & pl.col("status").is_in([BROKEN, CANNOT_BE_JUDGED])
    conduct_known = (pl.col("status") == BROKEN) | pl.col("only_who_is_missing")
    return (
        incidents.drop("status", strict=False)
        .join(found, on="incident_id", how="left")
        .with_columns(
            report_day(pl.col("earliest"), setting.cut_off, setting.zone).alias("day"),
            pl.col("sector").replace_strict(setting.regions, default=OUTSIDE, return_dtype=pl.String).alias("region"),
            likely.alias("likely"),
            (likely & named & conduct_known).fill_null(value=False).alias("counted"),
            (likely & named & ~conduct_known).fill_null(value=False).alias("open"),
            pl.min_horizontal(pl.col("explosions").fill_null(0), "count_low").alias("explosions"),
        )
        .sort("earliest", "incident_id")
    )


def _gravest(findings: pl.DataFrame) -> pl.DataFrame:
    """One row for each incident: its gravest status, the terms with that status, who is responsible, why, what is missing."""
    gravity = pl.col("status").cast(pl.String).replace_strict(GRAVITY, return_dtype=pl.Int64)
    ordered = findings.filter(pl.col("incident_id").is_not_null()).with_columns(gravity.alias("gravity"))
    ordered = ordered.sort("incident_id", "gravity", "term")
    gravest = pl.col("gravity") == pl.col("gravity").min()
    only_who = pl.col("missing").str.starts_with(WHO_IS_MISSING) & ~pl.col("missing").str.contains("; ", literal=True)
    return ordered.group_by("incident_id", maintain_order=True).agg(
        pl.col("status").cast(pl.String).first(),
        pl.col("term").filter(gravest).alias("terms"),
        pl.col("responsible").drop_nulls().first(),
        pl.col("reason").first(),
        pl.col("missing").first(),
        pl.col("sector").first(),
        only_who.filter(gravest).fill_null(value=False).any().alias("only_who_is_missing"),
    )


def totals_of(judged: pl.DataFrame) -> Totals:
    """Totals of violations over judged incidents."""
    counted, still_open = judged.filter("counted"), judged.filter("open")
    return Totals(
        violations=int(counted["count_low"].sum()),
        explosions=int(counted["explosions"].sum()),
        incidents=counted.height,
        open_incidents=still_open.height,
        open_violations=int(still_open["count_low"].sum()),
    )


def totals_by_region(judged: pl.DataFrame, setting: Setting) -> dict[str, Totals]:
    """Totals of each region, in the order of the agreement's sectors; outside the sectors only if there is anything."""
    regions = list(dict.fromkeys(setting.regions.values()))
    outside = judged.filter(pl.col("region") == OUTSIDE)
    totals = {region: totals_of(judged.filter(pl.col("region") == region)) for region in regions}
    beyond = totals_of(outside)
    return totals | {OUTSIDE: beyond} if beyond != Totals() or not regions else totals


def of_day(judged: pl.DataFrame, day: date) -> pl.DataFrame:
    """Judged incidents of one reporting period."""
    return judged.filter(pl.col("day") == day)


def kinds_of(judged: pl.DataFrame, day: date, since: date | None) -> tuple[KindTotal, ...]:
    """Counted violations by kind in a period and since a day; what else an incident with explosions counts is not told apart."""
    counted = judged.filter(pl.col("counted") & (pl.col("day") <= day))
    groups = {kind: name for name, kinds in KIND_GROUPS.items() for kind in kinds}
    kind = pl.col("kind").cast(pl.String).replace_strict(groups, default=OTHER, return_dtype=pl.String)
    split = pl.concat(
        [
            counted.select("day", pl.lit(EXPLOSIONS).alias("kind"), pl.col("explosions").alias("count")),
            counted.select("day", kind.alias("kind"), (pl.col("count_low") - pl.col("explosions")).alias("count")),
        ]
    )
    in_period, in_run = pl.col("day") == day, pl.col("day") >= since if since else pl.lit(value=True)
    sums = split.group_by("kind").agg(
        pl.col("count").filter(in_period).sum().alias("period"), pl.col("count").filter(in_run).sum().alias("since_start")
    )
    found = {row["kind"]: row for row in sums.iter_rows(named=True)}
    empty = {"period": 0, "since_start": 0}
    rows = ((name, found.get(name, empty)) for name in KINDS)
    return tuple(KindTotal(kind=name, period=row["period"], since_start=row["since_start"]) for name, row in rows)
