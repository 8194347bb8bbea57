"""Incidents as GeoJSON: the outline of each coarse cell with what was found in it (RFC 7946)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from truceline.reports.daily import DailyReport, IncidentRow
from truceline.reports.protection import outline_of


def to_geojson(report: DailyReport) -> bytes:
    """One feature for each cell with incidents; every cell is one that the report itself shows."""
    cells: dict[str, list[IncidentRow]] = {}
    for row in report.incidents:
        if row.cell:
            cells.setdefault(row.cell, []).append(row)
    content = {
        "type": "FeatureCollection",
        "report": report.number,
        "edition": report.edition,
        "day": report.day.isoformat(),
        "synthetic": report.synthetic,
        "features": [_feature(cell, rows) for cell, rows in sorted(cells.items())],
    }
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()


def _feature(cell: str, rows: Sequence[IncidentRow]) -> dict[str, Any]:
    ring = [[longitude, latitude] for latitude, longitude in outline_of(cell)]
    fires = [row for row in rows if row.conduct == "fire"]
    return {
        "type": "Feature",
        "id": cell,
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        "properties": {
            "near": rows[0].near,
            "incidents": len(rows),
            "violations_at_least": sum(row.count for row in fires if row.counted),
            "explosions_at_least": sum(row.explosions for row in fires if row.counted),
            "statuses": sorted({row.status for row in rows if row.status}),
            "numbers": [row.number for row in rows],
        },
    }
