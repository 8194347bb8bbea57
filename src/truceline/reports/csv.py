"""The table of incidents as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io

from truceline.reports.daily import DailyReport, IncidentRow

COLUMNS = tuple(IncidentRow.model_fields)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def to_csv(report: DailyReport) -> bytes:
    """All incidents of the period, one row each, UTF-8 with a header; lists are joined by a space."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["report", "edition", "day", "synthetic", *COLUMNS])
    head = [report.number, report.edition, report.day.isoformat(), report.synthetic]
    for row in report.incidents:
        writer.writerow([*head, *(_safe(getattr(row, name)) for name in COLUMNS)])
    return out.getvalue().encode()


def _safe(cell: object) -> object:
    """Text that a spreadsheet would take for a formula gets an apostrophe in front."""
    text = " ".join(str(part) for part in cell) if isinstance(cell, tuple) else cell
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA_STARTS) else text
