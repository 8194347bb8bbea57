"""A notice excuses only what it covers in time and place, and only if the mission had it before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from truceline.compliance.evidence import NOTICE, evidence_on_record
from truceline.incidents.tables import INCIDENT

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


def covered(notice: dict[str, Any] | None = None, incident: dict[str, Any] | None = None) -> list[list[str]]:
    happened = {
        "incident_id": 7,
        "version": 1,
        "earliest": NOON,
        "latest": NOON + timedelta(minutes=20),
        "latitude": 48.0,
        "longitude": 37.0,
        "uncertainty_m": 200.0,
        **(incident or {}),
    }
    given = {
        "reference": "n1",
        "party": "red",
        "kind": "notified exercise",
        "starts_at": NOON - timedelta(hours=1),
        "ends_at": NOON + timedelta(hours=1),
        "latitude": 48.01,
        "longitude": 37.0,
        "radius_km": 2.0,
        "received_at": NOON - timedelta(days=1),
        **(notice or {}),
    }
    found = evidence_on_record(INCIDENT.conform(pl.DataFrame([happened])), NOTICE.conform(pl.DataFrame([given])))
    return found["evidence_on_record"].to_list()


def test_a_notice_of_that_time_and_place_is_evidence() -> None:
    assert covered() == [["notified exercise"]]


def test_a_notice_that_came_afterwards_is_only_a_claim() -> None:
    assert covered({"received_at": NOON + timedelta(hours=2)}) == []


def test_a_notice_for_another_hour_covers_nothing() -> None:
    assert covered({"starts_at": NOON + timedelta(hours=1), "ends_at": NOON + timedelta(hours=2)}) == []


def test_a_notice_for_another_place_covers_nothing() -> None:
    assert covered({"latitude": 48.2}) == []
