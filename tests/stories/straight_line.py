"""Two parties on a straight line from west to east: west of it nothing, `red` north of it, `blue` south of it."""

from __future__ import annotations

from typing import Any

import polars as pl
from shapely import LineString

from truceline.agreement.document import Agreement
from truceline.agreement.geography import Geography
from truceline.compliance.tables import SITUATION

CITATION = {"title": "A story", "publisher": "Truceline"}
KM = 1 / 111.2
"""Degrees of latitude in a kilometre, about."""


def agreement(red: str = "red", blue: str = "blue", **more: Any) -> Agreement:
    """The story's agreement; the names of the two parties can be exchanged."""
    month = [{"from": "2026-03-01T00:00+02:00", "until": "2026-04-01T00:00+03:00", "because": "the month was over"}]
    terms = [
        {
            "id": "fire",
            "title": "No fire",
            "prohibits": [{"conduct": "fire"}],
            "exceptions": [
                {
                    "kind": "notified exercise",
                    "text": "an exercise of which notice was given",
                    "assessment": "exercise",
                    "outside_zone": "strip",
                    "needs": "the notice",
                }
            ],
        },
        {
            "id": "heavy",
            "title": "Heavy weapons back",
            "where": "band",
            "prohibits": [{"conduct": "weapons", "calibre_at_least_mm": 100}],
            "least_coverage": 0.5,
        },
        {"id": "uav", "title": "No UAV", "prohibits": [{"conduct": "uav", "uav_kinds": ["one-way attack", "bomber"]}]},
        {"id": "only-red", "title": f"{red.title()} moves no troops", "binds": [red], "prohibits": [{"conduct": "movement"}]},
        {"id": "duty", "title": "Discipline", "obliges": "a notice of the measures taken", "least_coverage": None},
        {
            "id": "disputed",
            "title": "No mines",
            "prohibits": [{"conduct": "mines"}],
            "in_force": [
                {"according_to": red, "from": "2026-03-01T00:00+02:00", "until": None},
                {"according_to": blue, "from": "2026-03-10T00:00+02:00", "until": None},
            ],
        },
    ]
    content = {
        "format": "truceline-agreement/1",
        "id": "story",
        "version": 1,
        "title": "A story",
        "summary": "A straight line.",
        "status": "fictional",
        "time_zone": "Europe/Kyiv",
        "parties": [{"id": red, "name": red.title()}, {"id": blue, "name": blue.title()}],
        "lines": [
            {
                "id": "line",
                "title": "Line",
                "in_force_from": "2026-01-01T00:00Z",
                "in_force_until": None,
                "file": "line.geojson",
                "accuracy_km": 1,
                "left": red,
                "right": blue,
                "source": CITATION,
            }
        ],
        "sectors": [
            {"id": "west", "title": "West", "region": "R", "line": "line", "from_km": 0, "until_km": 40},
            {"id": "east", "title": "East", "region": "R", "line": "line", "from_km": 40, "until_km": 80},
        ],
        "zones": [
            {
                "id": "band",
                "title": "the 15 km band",
                "kind": "withdrawal",
                "area": {"shape": "band", "measured_from": {"all": "line"}, "until_km": 15, "side": "own"},
            },
            {
                "id": "strip",
                "title": "the 3 km strip",
                "kind": "security",
                "area": {"shape": "band", "measured_from": {"all": "line"}, "until_km": 3, "side": "both"},
            },
        ],
        "terms": [{"text": term["title"], "citation": CITATION, "in_force": month, **term} for term in terms],
        "citations": [CITATION],
        **more,
    }
    return Agreement.model_validate(content)


def geography(of: Agreement | None = None) -> Geography:
    """Its ground: the line along 48 N from 37 E to 38.5 E."""
    return Geography(of or agreement(), {"line.geojson": LineString([(37.0 + step / 40, 48.0) for step in range(61)])})


def situation(**values: Any) -> pl.DataFrame:
    """One situation north of the line in the middle of March, changed as asked."""
    row = {
        "key": 1,
        "version": 1,
        "conduct": "fire",
        "earliest": "2026-03-15T12:00:00+00:00",
        "latest": "2026-03-15T12:10:00+00:00",
        "latitude": 48.0 + 5 * KM,
        "longitude": 37.5,
        "uncertainty_m": 100.0,
        "responsible": "undetermined",
        "probability": 0.99,
        **values,
    }
    frame = pl.DataFrame([row], infer_schema_length=None)
    return SITUATION.conform(frame.with_columns(pl.col("earliest", "latest").str.to_datetime(time_unit="us", time_zone="UTC")))
