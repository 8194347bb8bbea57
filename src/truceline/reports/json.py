"""The report as JSON: canonical bytes, from which the report and every other format are rebuilt."""

from __future__ import annotations

import json

from truceline.reports.daily import DailyReport


def to_json(report: DailyReport) -> bytes:
    """Canonical JSON: keys sorted, no spaces, UTF-8, one line end; the same report gives the same bytes."""
    content = report.model_dump(mode="json")
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False) + "\n").encode()


def rebuild(content: bytes) -> DailyReport:
    """The report that these bytes were written from."""
    return DailyReport.model_validate_json(content)
