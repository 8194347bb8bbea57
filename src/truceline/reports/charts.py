"""Charts of the report as SVG: violations of the last thirty periods over the share watched, and the strip of coverage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from truceline.reports.daily import DailyReport, SectorWatch

WIDTH = 820.0
INK, MUTED, BAR, OPEN, SEEN, FRAME = "#1c2733", "#5a6773", "#b0480f", "#f5ad5e", "#2f6690", "#aab4bd"
FONT = 'font-family="\'Libertinus Serif\', system-ui, sans-serif" font-size="13"'
NOT_SEEN = 0.05
"""Share watched below which a field is drawn as not seen."""


def to_series_chart(report: DailyReport) -> str:
    """Bars of violations a period, and beneath each how much was watched; hatched is not seen, never quiet."""
    points = report.series
    left, top, base, low, deep = 70.0, 24.0, 150.0, 168.0, 40.0
    most = _round_up(max([point.violations for point in points] + [1]))
    step = min((WIDTH - left - 4) / max(len(points), 1), 64.0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} 232" role="img" {FONT}>',
        f"<title>{escape(series_in_words(report))}</title>",
        _hatch("unseen-days"),
        f'<text x="0" y="12" fill="{INK}">Violations, at least</text>',
    ]
    for share in (0.0, 0.5, 1.0):
        y = base - (base - top) * share
        colour, width = (INK, 1.0) if share == 0 else (FRAME, 0.5)
        parts.append(f'<path d="M{left:g},{y:g}H{WIDTH:g}" stroke="{colour}" stroke-width="{width:g}"/>')
        parts.append(f'<text x="{left - 6:g}" y="{y + 4:g}" fill="{MUTED}" text-anchor="end">{most * share:,.0f}</text>')
    parts.append(f'<text x="{left - 6:g}" y="{low + deep / 2 + 4:g}" fill="{MUTED}" text-anchor="end">watched</text>')
    every = max(-(-len(points) // 10), 1)
    for place, point in enumerate(points):
        x, width = left + 3 + place * step, max(step - 5, 2.0)
        high = (base - top) * point.violations / most
        parts.append(f'<rect x="{x:.1f}" y="{base - high:.1f}" width="{width:.1f}" height="{high:.1f}" fill="{BAR}"/>')
        parts.append(_watched_bar(x, low, width, deep, point.coverage))
        if point.violations == 0 and point.coverage < NOT_SEEN:
            parts.append(f'<text x="{x + width / 2:.1f}" y="{base - 4:g}" fill="{MUTED}" text-anchor="middle">?</text>')
        if place % every == 0 or (place == len(points) - 1 and place % every > every / 2):
            words = f"{point.day.day} {point.day:%b}"
            at = min(x + width / 2, WIDTH - 26)  # the last date stays inside the drawing
            parts.append(f'<text x="{at:.1f}" y="224" fill="{INK}" text-anchor="middle">{words}</text>')
    return "\n".join([*parts, "</svg>"])


def series_in_words(report: DailyReport) -> str:
    """What the chart says, for those who cannot see it."""
    if not report.series:
        return "No period on record"
    worst = max(report.series, key=lambda point: point.violations)
    return (
        f"Violations in {len(report.series)} periods, from {report.series[0].violations} on {report.series[0].day} to "
        f"{report.series[-1].violations} on {report.series[-1].day}; most on {worst.day}: {worst.violations}. "
        "Below each period, the share of ground and hours that was watched"
    )


def _watched_bar(x: float, y: float, width: float, deep: float, share: float) -> str:
    if share < NOT_SEEN:
        style = f'fill="url(#unseen-days)" stroke="{FRAME}" stroke-width="0.6"'
        return f'<rect x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="{deep:g}" {style}/>'
    frame = f'<rect x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="{deep:g}" fill="none" stroke="{FRAME}" stroke-width="0.6"/>'
    seen = deep * share
    return f'<rect x="{x:.1f}" y="{y + deep - seen:.1f}" width="{width:.1f}" height="{seen:.1f}" fill="{SEEN}"/>{frame}'


def _round_up(number: int) -> int:
    """A round number no smaller, for the top of a scale."""
    size = 10 ** (len(str(number)) - 1)
    return next(int(factor * size) for factor in (1, 2, 2.5, 4, 5, 10) if factor * size >= number and factor * size % 1 == 0)


def to_coverage_strip(report: DailyReport) -> str:
    """One row a sector, one field for two hours: the darker, the more was watched; hatched where hardly anything was."""
    row, left, right = 26.0, 205.0, 52.0
    height = row * len(report.watch) + 46
    fields = max((len(sector.shares) for sector in report.watch), default=1)
    width = (WIDTH - left - right) / fields
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" role="img" {FONT}>',
        f"<title>{escape(strip_in_words(report.watch))}</title>",
        _hatch("unseen-hours"),
        f'<text x="{WIDTH:g}" y="12" fill="{MUTED}" text-anchor="end">mean</text>',
    ]
    for place, start in enumerate(report.strip_starts):
        words = f"{datetime.fromisoformat(start):%H:%M}"
        parts.append(f'<text x="{left + place * width:.1f}" y="12" fill="{MUTED}">{words}</text>')
    for place, sector in enumerate(report.watch):
        y = 18 + place * row
        parts.append(f'<text x="0" y="{y + 15:g}" fill="{INK}">{escape(sector.title[:32])}</text>')
        parts += [_field(left + at * width, y, width - 2, row - 5, share) for at, share in enumerate(sector.shares)]
        parts.append(f'<text x="{WIDTH:g}" y="{y + 15:g}" fill="{INK}" text-anchor="end">{100 * sector.mean:.0f} %</text>')
    return "\n".join([*parts, *_strip_legend(left, 18 + row * len(report.watch) + 6), "</svg>"])


def strip_in_words(watch: Sequence[SectorWatch]) -> str:
    """What the strip says, for those who cannot see it."""
    said = ", ".join(f"{sector.title.split(' (')[0]} {100 * sector.mean:.0f} %" for sector in watch)
    return f"Share of each sector watched, in steps of two hours from the start of the period; means: {said}"


def _field(x: float, y: float, width: float, height: float, share: float) -> str:
    fill = f'fill="{SEEN}" fill-opacity="{0.12 + 0.88 * share:.2f}"' if share >= NOT_SEEN else 'fill="url(#unseen-hours)"'
    style = f'stroke="{FRAME}" stroke-width="0.5"'
    return f'<rect x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="{height:g}" {fill} {style}/>'


def _strip_legend(left: float, y: float) -> list[str]:
    drawn, x = [], left
    for share, words in ((0.0, "not seen"), (0.25, "a quarter"), (0.5, "half"), (1.0, "all of the sector watched")):
        drawn += [_field(x, y, 16, 12, share), f'<text x="{x + 22:g}" y="{y + 11:g}" fill="{INK}">{words}</text>']
        x += 40 + 7 * len(words)
    return drawn


def _hatch(name: str) -> str:
    return (
        f'<defs><pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="6" height="6" fill="#ffffff"/><rect width="1.4" height="6" fill="{FRAME}"/></pattern></defs>'
    )
