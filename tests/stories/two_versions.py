"""Two parties, each with its own version of a straight line, 5 km apart: ground between them is claimed by both.

Red, in the north, draws the line at 48 N; blue, in the south, draws it 5 km farther north. Weapons go back 15, 25 or 70 km,
measured by each party from its own version. The date of one term is disputed, another was renewed without a gap.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from shapely import LineString

from tests.stories.straight_line import CITATION, KM, agreement
from truceline.agreement.document import Agreement
from truceline.agreement.geography import Geography

BLUE_KM = 5.0
"""How far north of red's line blue draws its own, km."""
ACCURACY_KM = 1.0
KYIV = "+02:00"


def two_versions(red: str = "red", blue: str = "blue", **more: Any) -> Agreement:
    """The story's agreement; the names of the two parties can be exchanged."""
    march = [{"from": f"2026-03-01T00:01{KYIV}", "until": None}]
    content = {
        "lines": [_line(f"line-{party}", party, red, blue) for party in (red, blue)],
        "sectors": [],
        "zones": [
            *(_band(f"band-{reach}", {red: f"line-{red}", blue: f"line-{blue}"}, reach, "own") for reach in (15, 25, 70)),
            _band("strip", {"all": f"line-{red}"}, 3, "both"),
            _band("ring", {"all": f"line-{red}"}, 25, "own", from_km=15),
            {
                "id": "disc",
                "title": "the disengagement area",
                "area": {"shape": "disc", "latitude": 48.0, "longitude": 37.75, "radius_km": 2, "accuracy_km": 0.5},
            },
        ],
        "terms": [
            {"id": "fire", "in_force": march},
            {"id": "heavy", "in_force": march, "where": "band-15"},
            {"id": "rockets", "in_force": march, "where": "band-70", "binds": [red]},
            {"id": "apart", "in_force": march, "where": "disc"},
            {
                "id": "disputed",
                "in_force": [
                    {"according_to": red, "from": f"2026-03-01T00:00{KYIV}", "until": f"2026-03-20T00:00{KYIV}"},
                    {"according_to": blue, "from": f"2026-03-10T00:00{KYIV}", "until": None},
                ],
            },
            {
                "id": "ended",
                "in_force": [{"from": f"2026-02-01T00:00{KYIV}", "until": f"2026-03-01T00:00{KYIV}", "because": "it was broken"}],
            },
        ],
        **more,
    }
    for term in content["terms"]:
        term.update({"title": term["id"].title(), "text": term["id"], "citation": CITATION, "prohibits": [{"conduct": "fire"}]})
    return agreement(red, blue, **content)


def ground(of: Agreement | None = None) -> Geography:
    """Its ground: both lines from 37 E to 38.5 E."""
    drawings = {f"{party}.geojson": _east(north_km) for party, north_km in (("red", 0.0), ("blue", BLUE_KM))}
    return Geography(of or two_versions(), drawings)


def north(*km: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Latitudes so many km north of red's line."""
    return 48.0 + np.array(km, float) * KM


def situations(*rows: dict[str, Any]) -> pl.DataFrame:
    """Situations at noon of 15 March, 20 km north of red's line, changed as asked."""
    usual = {
        "earliest": "2026-03-15T12:00:00+00:00",
        "latitude": float(north(20.0)[0]),
        "longitude": 37.5,
        "uncertainty_m": 0.0,
        "distance_km": None,
        "held_by": None,
        "zone": None,
        "party": "red",
    }
    content = [{**usual, "latest": row.get("earliest", usual["earliest"]), **row} for row in rows]
    frame = pl.DataFrame(
        content,
        schema_overrides={
            "distance_km": pl.Float64,
            "held_by": pl.String,
            "zone": pl.String,
            "party": pl.String,
            "latitude": pl.Float64,
        },
    )
    return frame.with_columns(pl.col("earliest", "latest").str.to_datetime(time_unit="us", time_zone="UTC"))


def _east(north_km: float) -> LineString:
    return LineString([(37.0 + step / 40, 48.0 + north_km * KM) for step in range(61)])


def _line(name: str, party: str, left: str, right: str) -> dict[str, Any]:
    return {
        "id": name,
        "title": f"Line as {party} draws it",
        "according_to": party,
        "in_force_from": "2026-01-01T00:00Z",
        "in_force_until": None,
        # the drawing goes with the place of the party, so that only names change when the names are exchanged
        "file": "red.geojson" if party == left else "blue.geojson",
        "accuracy_km": ACCURACY_KM,
        "left": left,
        "right": right,
        "source": CITATION,
    }


def _band(name: str, measured_from: dict[str, str], until_km: float, side: str, from_km: float = 0) -> dict[str, Any]:
    area = {"shape": "band", "measured_from": measured_from, "from_km": from_km, "until_km": until_km, "side": side}
    return {"id": name, "title": f"the {name}", "area": area}
