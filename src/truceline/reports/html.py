"""The report as one self-contained page: no script, no address outside, prints on A4."""

from __future__ import annotations

from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from truceline.reports.charts import to_coverage_strip, to_series_chart
from truceline.reports.daily import DailyReport
from truceline.reports.map import to_map


def to_html(report: DailyReport) -> bytes:
    """The page of a report, UTF-8."""
    environment = Environment(
        loader=PackageLoader("truceline.reports"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(clock=clock, clock_day=clock_day, percent=percent)
    page = environment.get_template("report.html.j2").render(
        report=report,
        map=Markup(to_map(report)),  # noqa: S704  our own SVG, escaped where it is made
        series=Markup(to_series_chart(report)),  # noqa: S704
        strip=Markup(to_coverage_strip(report)),  # noqa: S704
    )
    return page.encode()


def clock(text: str) -> str:
    """Hour and minute of a local ISO time."""
    return datetime.fromisoformat(text).strftime("%H:%M")


def clock_day(text: str) -> str:
    """Day, month, hour and minute of a local ISO time."""
    moment = datetime.fromisoformat(text)
    return f"{moment.day} {moment:%b %H:%M}"


def percent(share: float) -> str:
    """A share as whole percent."""
    return f"{share:.0%}"
