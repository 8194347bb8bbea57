"""The map of the report as SVG: the line with its accuracy, sectors, places, watched cells, incidents as cells; no basemap."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from html import escape

from truceline.reports.daily import DailyReport
from truceline.reports.protection import outline_of

WIDTH, MARGIN = 1000.0, 14.0
INK, LINE, PLACE, WATCHED, AREA = "#1f2933", "#9a3412", "#52606d", "#dbe7f0", "#3f6212"
SHADES = ("#fde3c4", "#fbb779", "#ee7f3b", "#c2410c", "#7c1d06")
"""From few to many violations; dark enough at the end to print in grey."""
STEPS = (1, 10, 50, 200, 1000)
CHARACTER_PX = 5.6


@dataclass(frozen=True, slots=True)
class Frame:
    """The window of the map: degrees to pixels by a plain equirectangular projection about its middle."""

    south: float
    west: float
    north: float
    east: float

    @property
    def shrink(self) -> float:
        """Width of a degree of longitude over that of latitude."""
        return math.cos(math.radians((self.south + self.north) / 2))

    @property
    def scale(self) -> float:
        """Pixels a degree of latitude."""
        return (WIDTH - 2 * MARGIN) / ((self.east - self.west) * self.shrink)

    @property
    def height(self) -> float:
        """Height of the drawing in pixels."""
        return (self.north - self.south) * self.scale + 2 * MARGIN

    def at(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Pixels from the left and from the top."""
        x = MARGIN + (longitude - self.west) * self.shrink * self.scale
        y = MARGIN + (self.north - latitude) * self.scale
        return round(x, 1), round(y, 1)

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        """Latitude and longitude of a pixel."""
        return self.north - (y - MARGIN) / self.scale, self.west + (x - MARGIN) / (self.shrink * self.scale)

    def path(self, points: object) -> str:
        """SVG path through (latitude, longitude) points."""
        pixels = [self.at(latitude, longitude) for latitude, longitude in points]  # type: ignore[attr-defined]
        return "M" + "L".join(f"{x:g},{y:g}" for x, y in pixels)


def to_map(report: DailyReport) -> str:
    """The map of a report, 1,000 pixels wide; empty when there is no line to draw."""
    if not report.drawing.lines:
        return ""
    frame = frame_of(report)
    legend = 74
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {frame.height + legend:.0f}" role="img" '
        'font-family="DejaVu Sans Mono, ui-monospace, monospace" font-size="9.5">',
        f"<title>Map of incidents, report {escape(report.number)}</title>",
        f'<rect width="{WIDTH:g}" height="{frame.height + legend:.0f}" fill="#ffffff"/>',
        f'<clipPath id="window"><rect width="{WIDTH:g}" height="{frame.height:.0f}"/></clipPath><g clip-path="url(#window)">',
        *_watched(report, frame),
        *_line(report, frame),
        *_areas(report, frame),
        *_incidents(report, frame),
        *_places(report, frame),
        "</g>",
        *_legend(report, frame),
        "</svg>",
    ]
    return "\n".join(parts)


def frame_of(report: DailyReport) -> Frame:
    """A window around the line and the cells with incidents near it."""
    points = [point for _, line in report.drawing.lines for point in line]
    points += [point for row in report.incidents if row.counted for point in outline_of(row.cell)]
    south, north = min(point[0] for point in points), max(point[0] for point in points)
    west, east = min(point[1] for point in points), max(point[1] for point in points)
    pad = 0.04 * max(north - south, east - west)
    tall = max(north - south + 2 * pad, 0.30 * (east - west))
    middle = (south + north) / 2
    return Frame(middle - tall / 2, west - pad, middle + tall / 2, east + pad)


def _watched(report: DailyReport, frame: Frame) -> list[str]:
    return [f'<path d="{frame.path(outline_of(cell))}Z" fill="{WATCHED}"/>' for cell in report.drawing.watched_cells]


def _line(report: DailyReport, frame: Frame) -> list[str]:
    """The line in its band of accuracy, with the sectors' borders across it."""
    band = max(2 * report.drawing.accuracy_km / 111.2 * frame.scale, 1.5)
    drawn = []
    for title, points in report.drawing.lines:
        path = frame.path(points)
        drawn.append(f'<path d="{path}" fill="none" stroke="{LINE}" stroke-opacity="0.18" stroke-width="{band:.1f}"/>')
        drawn.append(f'<path d="{path}" fill="none" stroke="{LINE}" stroke-width="1.6"><title>{escape(title)}</title></path>')
    for title, latitude, longitude in report.drawing.sectors:
        x, y = frame.at(latitude, longitude)
        drawn.append(f'<path d="M{x:g},{y - 40:g}L{x:g},{y + 26:g}" stroke="{INK}" stroke-width="0.8" stroke-dasharray="3 2"/>')
        halo = 'stroke="#ffffff" stroke-width="2.5" paint-order="stroke"'
        drawn.append(
            f'<text x="{x + 3:g}" y="{y - 30:g}" fill="{INK}" {halo} font-weight="bold">{escape(title.split(" (")[0])}</text>'
        )
    return drawn


def _areas(report: DailyReport, frame: Frame) -> list[str]:
    return [
        f'<path d="{frame.path(ring)}Z" fill="none" stroke="{AREA}" stroke-width="1.4"><title>{escape(title)}</title></path>'
        for title, ring in report.drawing.zones
    ]


def _incidents(report: DailyReport, frame: Frame) -> list[str]:
    """Cells with counted violations shaded by their number; cells where all cannot be judged are outlined only."""
    counts: dict[str, int] = defaultdict(int)
    broken: set[str] = set()
    for row in report.incidents:
        if row.counted:
            counts[row.cell] += row.count if row.conduct == "fire" else 0
            if row.status == "broken":
                broken.add(row.cell)
    drawn = []
    for cell, count in sorted(counts.items()):
        style = f'fill="{_shade(count)}"' if cell in broken else f'fill="none" stroke="{SHADES[3]}" stroke-dasharray="2 1.5"'
        drawn.append(f'<path d="{frame.path(outline_of(cell))}Z" {style} stroke-width="1.1" fill-opacity="0.92"/>')
    return drawn


def _shade(count: int) -> str:
    return SHADES[max((place for place, step in enumerate(STEPS) if count >= step), default=0)]


def _places(report: DailyReport, frame: Frame) -> list[str]:
    """Names of places where they do not run into one another, in the order of the list."""
    taken = [_label_box(frame.at(latitude, longitude), title) for title, latitude, longitude in report.drawing.sectors]
    drawn = []
    for name, latitude, longitude in report.drawing.places:
        x, y = frame.at(latitude, longitude)
        if not (MARGIN <= x <= WIDTH - MARGIN and MARGIN <= y <= frame.height - MARGIN):
            continue
        box = (x, y - 9, x + 8 + CHARACTER_PX * len(name), y + 5)
        if box[2] > WIDTH or any(
            box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3] for other in taken
        ):
            continue
        taken.append(box)
        drawn.append(f'<circle cx="{x:g}" cy="{y:g}" r="1.8" fill="{PLACE}"/>')
        drawn.append(f'<text x="{x + 4:g}" y="{y + 3:g}" fill="{PLACE}">{escape(name)}</text>')
    return drawn


def _label_box(spot: tuple[float, float], title: str) -> tuple[float, float, float, float]:
    """Room that the label of a sector takes: left, top, right, bottom."""
    x, y = spot
    return x, y - 42, x + 6 + CHARACTER_PX * len(title.split(" (")[0]), y - 26


def _legend(report: DailyReport, frame: Frame) -> list[str]:
    """Scale, north, shades and marks, below the drawing."""
    top = frame.height + 14
    length_km = next(step for step in (200, 100, 50, 20, 10, 5, 2, 1) if step / 111.2 * frame.scale <= 220)
    pixels = length_km / 111.2 * frame.scale
    drawn = [
        f'<path d="M{MARGIN:g},{top:g}h{pixels:.1f}" stroke="{INK}" stroke-width="2"/>',
        f'<text x="{MARGIN:g}" y="{top + 14:g}" fill="{INK}">{length_km} km; north is up</text>',
    ]
    x = 270.0
    for place, shade in enumerate(SHADES):
        label = f"{STEPS[place]}-{STEPS[place + 1] - 1}" if place + 1 < len(STEPS) else f"{STEPS[place]}+"
        drawn.append(f'<rect x="{x:g}" y="{top - 6:g}" width="12" height="10" fill="{shade}"/>')
        drawn.append(f'<text x="{x + 16:g}" y="{top + 3:g}" fill="{INK}">{label}</text>')
        x += 82
    drawn.append(f'<text x="{x:g}" y="{top + 3:g}" fill="{INK}">violations in a cell, at least</text>')
    low = top + 22
    marks = (
        (270, f'fill="none" stroke="{SHADES[3]}" stroke-dasharray="2 1.5"', "cannot be judged yet"),
        (434, f'fill="{WATCHED}"', "cell with a watch (coarse, delayed)"),
        (690, f'fill="none" stroke="{AREA}" stroke-width="1.4"', "disengagement area"),
    )
    for left, style, words in marks:
        drawn.append(f'<rect x="{left}" y="{low - 6:g}" width="12" height="10" {style}/>')
        drawn.append(f'<text x="{left + 16}" y="{low + 3:g}" fill="{INK}">{words}</text>')
    accuracy = f"Line drawn to within {report.drawing.accuracy_km:g} km."
    note = f"{accuracy} Incidents are shown as fixed cells of about 5 km2, watches as cells of about 250 km2."
    drawn.append(f'<text x="{MARGIN:g}" y="{low + 26:g}" fill="{PLACE}">{escape(note)}</text>')
    return drawn
