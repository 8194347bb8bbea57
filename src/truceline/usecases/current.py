"""What the append-only tables say now: the latest version of each incident and of each finding."""

from __future__ import annotations

import polars as pl

from truceline.usecases.ports import Store


def current_incidents(store: Store) -> pl.LazyFrame:
    """INCIDENT rows as they stand: the latest version of each, without those merged or withdrawn."""
    return _latest(store.scan("incident"), "incident_id").filter(pl.col("status") == "current")


def current_membership(store: Store) -> pl.LazyFrame:
    """MEMBERSHIP rows of the current versions of incidents."""
    standing = current_incidents(store).select("incident_id", "version")
    return store.scan("membership").join(standing, on=["incident_id", "version"], how="semi")


def current_findings(store: Store) -> pl.LazyFrame:
    """FINDING rows as they stand: the latest version of each; those on incidents that no longer stand are left out.

    A silent sector that is no longer silent (an incident arrived late) is left out too: the incident's finding speaks for it.
    """
    latest = _latest(store.scan("finding"), "finding_id")
    standing = current_incidents(store).select("incident_id")
    of_incidents = latest.filter(pl.col("incident_id").is_not_null()).join(standing, on="incident_id", how="semi")
    disturbing = of_incidents.filter(pl.col("status").cast(pl.String).is_in(["broken", "cannot be judged"]))
    of_silence = latest.filter(pl.col("incident_id").is_null()).join(disturbing, on=["term", "sector", "day"], how="anti")
    return pl.concat([of_incidents, of_silence])


def _latest(frame: pl.LazyFrame, key: str) -> pl.LazyFrame:
    return frame.filter(pl.col("version") == pl.col("version").max().over(key))
