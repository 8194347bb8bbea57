"""Incidents as GeoJSON: the outline of each coarse cell with what was found in it (RFC 7946)."""

from __future__ import annotations

import json
from typing import Any

from truceline.reports.daily import DailyReport
from truceline.reports.protection import outline_of


def to_geojson(report: DailyReport) -> bytes:
    """One feature for each cell with incidents; every cell is one that the report itself shows."""
    cells: dict[str, list[Any]] = {}
    for row in report.incidents:
        cells.setdefault(row.cell, []).append(row)
    features = [_feature(cell, rows) for cell, rows in sorted(cells.items())]
    content = {
        "type": "FeatureCollection",
        "report": report.number,
        "day": report.day.isoformat(),
        "synthetic": report.synthetic,
        "features": features,
    }
    return (json.dumps(content, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _feature(cell: str, rows: list[Any]) -> dict[str, Any]:
    ring = [[longitude, latitude] for latitude, longitude in outline_of(cell)]
    statuses = sorted({row.status for row in rows})
    return {
        "type": "Feature",
        "id": cell,
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        "properties": {
            "incidents": len(rows),
            "violations_at_least": sum(row.count for row in rows if row.counted and row.conduct == "fire"),
            "near": rows[0].near,
            "statuses": statuses,
        },
    }
