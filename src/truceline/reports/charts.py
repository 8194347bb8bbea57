"""Charts of the report as SVG: violations of the last thirty periods over the share watched, and the strip of coverage."""

from __future__ import annotations

from html import escape

from truceline.reports.daily import DailyReport

WIDTH = 1000.0
INK, BAR, SEEN, UNSEEN, GRID = "#1f2933", "#c2410c", "#2f6690", "#e4e7eb", "#cbd2d9"
FONT = 'font-family="DejaVu Sans Mono, ui-monospace, monospace" font-size="9.5"'


def to_series_chart(report: DailyReport) -> str:
    """Bars of violations a period, and beneath each how much was watched: an empty lower bar is not seen, never quiet."""
    points = report.series
    top, base, low = 16.0, 150.0, 190.0
    most = max([point.violations for point in points] + [1])
    step = (WIDTH - 60) / max(len(points), 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} 222" role="img" {FONT}>',
        "<title>Violations of each period, and the share of ground and hours watched</title>",
        f'<text x="0" y="{top - 4:g}" fill="{INK}">violations, at least (most: {most})</text>',
        f'<text x="0" y="{low + 4:g}" fill="{INK}">watched</text>',
    ]
    for place, point in enumerate(points):
        x = 58 + place * step
        width = max(step - 3, 2)
        height = (base - top) * point.violations / most
        parts.append(f'<rect x="{x:.1f}" y="{base - height:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{BAR}"/>')
        parts.append(f'<rect x="{x:.1f}" y="{base + 12:g}" width="{width:.1f}" height="38" fill="{UNSEEN}"/>')
        seen = 38 * point.coverage
        parts.append(f'<rect x="{x:.1f}" y="{base + 50 - seen:.1f}" width="{width:.1f}" height="{seen:.1f}" fill="{SEEN}"/>')
        if place % max(len(points) // 10, 1) == 0 or place == len(points) - 1:
            parts.append(f'<text x="{x:.1f}" y="216" fill="{INK}">{point.day:%d %b}</text>')
    parts.append(f'<path d="M58,{base:g}H{WIDTH:g}" stroke="{INK}" stroke-width="0.8"/>')
    parts.append("</svg>")
    return "\n".join(parts)


def to_coverage_strip(report: DailyReport) -> str:
    """One row a sector, one field for two hours: the darker, the more was watched; hatched where hardly anything was."""
    row, left = 24.0, 250.0
    height = row * len(report.watch) + 30
    fields = max((len(sector.shares) for sector in report.watch), default=1)
    width = (WIDTH - left - 70) / fields
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" role="img" {FONT}>',
        "<title>Share of each sector watched, in steps of two hours from the start of the period</title>",
        '<defs><pattern id="unseen" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="5" height="5" fill="#ffffff"/><rect width="1.6" height="5" fill="{GRID}"/></pattern></defs>',
    ]
    for place, sector in enumerate(report.watch):
        y = place * row
        parts.append(f'<text x="0" y="{y + 15:g}" fill="{INK}">{escape(sector.title[:40])}</text>')
        for field, share in enumerate(sector.shares):
            x = left + field * width
            fill = f'fill="{SEEN}" fill-opacity="{0.15 + 0.85 * share:.2f}"' if share >= 0.05 else 'fill="url(#unseen)"'
            parts.append(f'<rect x="{x:.1f}" y="{y + 2:g}" width="{width - 2:.1f}" height="{row - 5:g}" {fill}/>')
        parts.append(f'<text x="{WIDTH - 60:g}" y="{y + 15:g}" fill="{INK}">{sector.mean:.0%}</text>')
    foot = row * len(report.watch) + 14
    parts.append(f'<text x="{left:g}" y="{foot:g}" fill="{INK}">start of period</text>')
    parts.append(f'<text x="{WIDTH - 150:g}" y="{foot:g}" fill="{INK}">cut-off</text>')
    parts.append("</svg>")
    return "\n".join(parts)
