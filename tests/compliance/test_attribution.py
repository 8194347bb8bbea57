"""Responsible is a party only on evidence of origin that monitors saw; never the side that was hit, never a claim."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from tests.stories.straight_line import KM, geography

from truceline.compliance.attribution import attribute
from truceline.compliance.tables import UNDETERMINED
from truceline.incidents.tables import INCIDENT

GROUND = geography()


def responsible(**values: Any) -> str:
    row = {
        "incident_id": 1,
        "version": 1,
        "conduct": "fire",
        "kind": "explosion",
        "earliest": "2026-03-15T12:00:00+00:00",
        "latitude": 48.0 + 6 * KM,
        "longitude": 37.5,
        "uncertainty_m": 100.0,
        "monitors": 1,
        **values,
    }
    frame = pl.DataFrame([row]).with_columns(pl.col("earliest").str.to_datetime(time_unit="us", time_zone="UTC"))
    return str(attribute(INCIDENT.conform(frame), GROUND)["responsible"][0])


@pytest.mark.parametrize(
    ("sentence", "values", "expected"),
    [
        ("an impact alone says nothing of who fired", {}, UNDETERMINED),
        ("a claim that names a party is no evidence", {"claimed_parties": ["blue"], "monitors": 0}, UNDETERMINED),
        ("outgoing fire from red ground is red's", {"assessment": "outgoing"}, "red"),
        ("outgoing fire that only claims report stays undetermined", {"assessment": "outgoing", "monitors": 0}, UNDETERMINED),
        ("outgoing fire too near to the line stays undetermined", {"assessment": "outgoing", "latitude": 48.0 + KM}, UNDETERMINED),
        ("a weapon seen on blue ground is blue's", {"conduct": "weapons", "latitude": 48.0 - 6 * KM}, "blue"),
        (
            "fire from the north by a weapon that reaches 8 km came from red ground",
            {"direction_from_deg": 0.0, "direction_spread_deg": 5.0, "weapon": "mortar"},
            "red",
        ),
        (
            "fire from the south could have come from either side of the line",
            {"direction_from_deg": 180.0, "direction_spread_deg": 5.0, "weapon": "mortar"},
            UNDETERMINED,
        ),
        ("a direction without a known weapon leaves it open", {"direction_from_deg": 0.0}, UNDETERMINED),
        (
            "witnesses who differ by half a circle leave it open",
            {"direction_from_deg": 0.0, "direction_spread_deg": 170.0, "weapon": "mortar", "latitude": 48.0 + 3 * KM},
            UNDETERMINED,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_responsible(sentence: str, values: dict[str, Any], expected: str) -> None:
    assert responsible(**values) == expected
