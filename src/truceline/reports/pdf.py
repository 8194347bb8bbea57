"""The report for Typst: a fixed source, and the same blocks as the page as data, so that no record's text is ever source."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from importlib.resources import files

from truceline.reports.daily import DailyReport
from truceline.reports.page import page_of


def to_typst(report: DailyReport) -> tuple[str, dict[str, str]]:
    """Source and inputs of a report's PDF: the input `page` is JSON."""
    return _source(), {"page": json.dumps(asdict(page_of(report)), ensure_ascii=False, sort_keys=True)}


@cache
def _source() -> str:
    return files("truceline.reports").joinpath("templates", "report.typ").read_text(encoding="utf-8")
