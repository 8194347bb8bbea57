"""The report as one self-contained page: no script, no address outside, prints on A4."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape

from truceline.reports.daily import DailyReport
from truceline.reports.page import page_of


def to_html(report: DailyReport) -> bytes:
    """The page of a report, UTF-8."""
    return _template().render(page=page_of(report)).encode()


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("truceline.reports"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2")
