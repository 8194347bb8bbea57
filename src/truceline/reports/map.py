"""The map of the report as SVG: the line with its accuracy, sectors, places, watched cells, incidents as cells; no basemap."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

from truceline.reports.daily import DailyReport, Point
from truceline.reports.protection import outline_of

WIDTH, MARGIN, LEGEND, LEGEND_LINE = 820.0, 16.0, 108.0, 20.0
INK, MUTED, LINE, WATCHED, AREA, PAPER = "#1c2733", "#5a6773", "#7a1f1f", "#dfe9f1", "#2f5d3a", "#fbfaf7"
SHADES = ("#fbd9a8", "#f5ad5e", "#dd7a2c", "#b0480f", "#6b2106")
"""From few to many violations; each step also darker in grey, for black and white print."""
STEPS = (1, 10, 50, 200, 1000)
DASHES = ("none", "9 4", "3 3", "12 3 2 3")
"""One style of stroke for each version of the line."""
FONT = "font-family=\"'Libertinus Serif', system-ui, sans-serif\""
CHARACTER_PX, TEXT_PX = 7.0, 12.5
BOLD = 1.15
"""How much wider bold words are."""
PIECE_PX = 6.0
"""Length of the pieces in which a drawn path is kept clear of words."""
HALO = f' stroke="{PAPER}" stroke-width="2.4" stroke-linejoin="round"'

Box = tuple[float, float, float, float]


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

    def path(self, points: Iterable[Point]) -> str:
        """SVG path through (latitude, longitude) points."""
        return "M" + "L".join(f"{x:g},{y:g}" for x, y in (self.at(*point) for point in points))


@dataclass(slots=True)
class Labels:
    """Places words so that they do not run into one another: right, left, above, below or aslant of their point, or not at all.

    Of the spots where they cover no other words, the first that covers least of what is drawn is taken.
    """

    frame: Frame
    taken: list[Box] = field(default_factory=list)
    drawn: list[Box] = field(default_factory=list)

    def place(self, x: float, y: float, words: str, gap: float = 5.0, wider: float = 1.0) -> tuple[float, float, str] | None:
        """Where words may stand beside a point, with their anchor; None where they would cover others."""
        long = CHARACTER_PX * len(words) * wider
        high, low, spots = -gap - 1, gap + 9, []
        beside = ((gap, 4, "start"), (-gap, 4, "end"), (0, high, "middle"), (0, low, "middle"))
        aslant = ((2, low, "start"), (2, high, "start"), (-2, low, "end"), (-2, high, "end"))
        for dx, dy, anchor in beside + aslant:
            left = x + dx - {"start": 0.0, "middle": long / 2, "end": long}[anchor]
            box = (left - 1, y + dy - 9, left + long + 1, y + dy + 3)
            if self.free(box):
                spots.append((sum(_cover(box, other) for other in self.drawn), box, (x + dx, y + dy, anchor)))
        if not spots:
            return None
        _, box, spot = min(spots, key=lambda candidate: candidate[0])
        self.taken.append(box)
        return spot

    def free(self, box: Box) -> bool:
        """Whether a box lies inside the drawing and covers no other."""
        if box[0] < 4 or box[2] > WIDTH - 4 or box[1] < 4 or box[3] > self.frame.height - 4:
            return False
        return not any(_cover(box, other) for other in self.taken)


def _cover(box: Box, other: Box) -> bool:
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]


def boxes_of(points: Iterable[Point], frame: Frame) -> list[Box]:
    """Small boxes along a path, in pixels: what words had better not cover."""
    pixels = [frame.at(*point) for point in points]
    boxes = []
    for (x, y), (to_x, to_y) in pairwise(pixels):
        pieces = max(int(math.hypot(to_x - x, to_y - y) / PIECE_PX), 1)
        ends = [(x + (to_x - x) * place / pieces, y + (to_y - y) * place / pieces) for place in range(pieces + 1)]
        boxes += [(min(a, c), min(b, d), max(a, c), max(b, d)) for (a, b), (c, d) in pairwise(ends)]
    return [box for box in boxes if box[2] >= 0 and box[0] <= WIDTH and box[3] >= 0 and box[1] <= frame.height]


def to_map(report: DailyReport) -> str:
    """The map of a report, 820 pixels wide; empty when there is no line to draw."""
    if not report.drawing.lines:
        return ""
    frame = frame_of(report)
    labels = Labels(frame, [(WIDTH - 60, 0, WIDTH, 64)], _drawn(report, frame))
    tall = frame.height + LEGEND + LEGEND_LINE * len(dict.fromkeys(line.title for line in report.drawing.lines))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {tall:.0f}" role="img" {FONT} font-size="{TEXT_PX}">',
        f"<title>{escape(map_in_words(report))}</title>",
        _patterns(),
        f'<rect x="0.3" y="0.3" width="{WIDTH - 0.6:g}" height="{frame.height - 0.6:.1f}" fill="{PAPER}" stroke="{MUTED}" '
        'stroke-width="0.6"/>',
        f'<clipPath id="window"><rect width="{WIDTH:g}" height="{frame.height:.1f}"/></clipPath><g clip-path="url(#window)">',
        *(f'<path d="{frame.path(outline_of(cell))}Z" fill="{WATCHED}"/>' for cell in report.drawing.watched_cells),
        *_line(report, frame),
        *_areas(report, frame),
        *_incidents(report, frame),
        *_sectors(report, frame, labels),
        *_places(report, frame, labels),
        "</g>",
        *_north(),
        *_legend(report, frame),
        "</svg>",
    ]
    return "\n".join(parts)


def _drawn(report: DailyReport, frame: Frame) -> list[Box]:
    """Boxes along the lines, around areas and cells with fire, and along the ends of sectors."""
    counts, still_open = cells_of(report)
    rings = [area.ring for area in report.drawing.areas]
    rings += [tuple(outline_of(cell)) for cell in sorted(set(counts) | still_open)]
    paths = [line.points for line in report.drawing.lines] + [(*ring, ring[0]) for ring in rings if ring]
    paths += [end for sector in report.drawing.sectors for end in (sector.start, sector.end)]
    return [box for path in paths for box in boxes_of(path, frame)]


def map_in_words(report: DailyReport) -> str:
    """What the map shows, for those who cannot see it."""
    cells = {row.cell for row in report.incidents if row.cell and row.counted}
    return (
        f"Map of report {report.number}: {report.total} violations in {len(cells)} coarse cells along the line of contact, "
        f"and {len(report.drawing.watched_cells)} cells with a watch"
    )


def frame_of(report: DailyReport) -> Frame:
    """A window around the lines and the cells with incidents."""
    points = [point for line in report.drawing.lines for point in line.points]
    points += [point for row in report.incidents if row.cell and row.likely for point in outline_of(row.cell)]
    south, north = min(point[0] for point in points), max(point[0] for point in points)
    west, east = min(point[1] for point in points), max(point[1] for point in points)
    shrink = math.cos(math.radians((south + north) / 2))
    pad = 0.03 * max(north - south, (east - west) * shrink, 0.1)
    tall, wide = north - south + 2 * pad, east - west + 2 * pad / shrink
    tall, wide = max(tall, 0.32 * wide * shrink), max(wide, tall / shrink / 1.1)
    middle, centre = (south + north) / 2, (west + east) / 2
    return Frame(middle - tall / 2, centre - wide / 2, middle + tall / 2, centre + wide / 2)


def _patterns() -> str:
    return (
        '<defs><pattern id="open" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="5" height="5" fill="#ffffff"/><rect width="1.5" height="5" fill="{SHADES[3]}"/></pattern></defs>'
    )


def _line(report: DailyReport, frame: Frame) -> list[str]:
    """Each version of the line in its band of accuracy."""
    drawn = []
    for line, dash in zip(report.drawing.lines, _dashes(report), strict=True):
        path, band = frame.path(line.points), max(2 * line.accuracy_km / 111.2 * frame.scale, 1.5)
        joined = 'fill="none" stroke-linejoin="round" stroke-linecap="butt"'
        drawn.append(f'<path d="{path}" {joined} stroke="{LINE}" stroke-opacity="0.16" stroke-width="{band:.1f}"/>')
        style = "" if dash == "none" else f' stroke-dasharray="{dash}"'
        drawn.append(f'<path d="{path}" {joined} stroke="{LINE}" stroke-width="1.8"{style}/>')
    return drawn


def _dashes(report: DailyReport) -> list[str]:
    titles = list(dict.fromkeys(line.title for line in report.drawing.lines))
    return [DASHES[titles.index(line.title) % len(DASHES)] for line in report.drawing.lines]


def _areas(report: DailyReport, frame: Frame) -> list[str]:
    return [
        f'<path d="{frame.path(area.ring)}Z" fill="{AREA}" fill-opacity="0.12" stroke="{AREA}" stroke-width="1.4">'
        f"<title>{escape(area.title)}</title></path>"
        for area in report.drawing.areas
    ]


def _incidents(report: DailyReport, frame: Frame) -> list[str]:
    """Cells with counted violations shaded by their number; cells with fire that cannot be judged alone are hatched."""
    counts, still_open = cells_of(report)
    drawn = []
    for cell in sorted(set(counts) | still_open):
        fill = SHADES[shade_of(counts[cell])] if cell in counts else "url(#open)"
        drawn.append(
            f'<path d="{frame.path(outline_of(cell))}Z" fill="{fill}" fill-opacity="0.9" stroke="{SHADES[4]}" stroke-width="0.7"/>'
        )
    return drawn


def cells_of(report: DailyReport) -> tuple[dict[str, int], set[str]]:
    """Counted violations by cell, and the cells with fire, more probable than not, that cannot be judged."""
    counts: dict[str, int] = {}
    for row in report.incidents:
        if row.counted and row.cell:
            counts[row.cell] = counts.get(row.cell, 0) + row.count
    unjudged = (row for row in report.of_conduct("fire") if row.cell and row.status == "cannot be judged" and not row.counted)
    return counts, {row.cell for row in unjudged}


def shade_of(count: int) -> int:
    """Step of the scale that a count belongs to."""
    return max((place for place, step in enumerate(STEPS) if count >= step), default=0)


def _sectors(report: DailyReport, frame: Frame, labels: Labels) -> list[str]:
    drawn = []
    for start, end in dict.fromkeys(tick for sector in report.drawing.sectors for tick in (sector.start, sector.end)):
        drawn.append(f'<path d="{frame.path((start, end))}" stroke="{INK}" stroke-width="1" stroke-dasharray="3 2.5"/>')
    for sector in report.drawing.sectors:
        x, y = frame.at(*sector.middle)
        words = sector.title.split(" (")[0]
        flat = frame.height < WIDTH / 2
        spot = labels.place(x, 24, words, 0, BOLD) if flat else labels.place(x, y, words, 16, BOLD)
        if spot is not None:
            drawn.append(_text(spot[0], spot[1], words, PAPER, spot[2], f' font-weight="bold"{HALO}'))
            drawn.append(_text(spot[0], spot[1], words, INK, spot[2], ' font-weight="bold"'))
    return drawn


def _places(report: DailyReport, frame: Frame, labels: Labels) -> list[str]:
    """Named places, in the order of the list; one whose name would cover another keeps only its dot."""
    inside = []
    for place in report.drawing.places:
        x, y = frame.at(*place.at)
        if 0 <= x <= WIDTH and 0 <= y <= frame.height:
            inside.append((x, y, place.name))
            labels.taken.append((x - 2, y - 2, x + 2, y + 2))
    drawn = [f'<circle cx="{x:g}" cy="{y:g}" r="2" fill="{INK}"/>' for x, y, _ in inside]
    for x, y, name in inside:
        spot = labels.place(x, y, name)
        if spot is not None:
            drawn.append(_text(spot[0], spot[1], name, PAPER, spot[2], HALO))
            drawn.append(_text(spot[0], spot[1], name, INK, spot[2]))
    return drawn


def _text(x: float, y: float, words: str, fill: str, anchor: str = "start", more: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" fill="{fill}" text-anchor="{anchor}"{more}>{escape(words)}</text>'


def _north() -> list[str]:
    x = WIDTH - 28
    return [f'<path d="M{x:g},14l6,20l-6,-5l-6,5Z" fill="{INK}"/>', _text(x, 48, "N", INK, "middle", ' font-weight="bold"')]


def _legend(report: DailyReport, frame: Frame) -> list[str]:
    """Scale, shades and marks below the drawing, and where the geometry comes from."""
    top = frame.height + 18
    drawn = [*_scale_bar(frame, top), _text(16, top + 28, "Violations in a cell, at least:", INK)]
    for place, shade in enumerate(SHADES):
        x = 212 + 84 * place
        label = f"{STEPS[place]}–{STEPS[place + 1] - 1}" if place + 1 < len(STEPS) else f"{STEPS[place]} or more"
        drawn.append(_swatch(x, top + 24, f'fill="{shade}" stroke="{SHADES[4]}" stroke-width="0.7"'))
        drawn.append(_text(x + 20, top + 28, label, INK))
    marks = (
        (16, f'fill="url(#open)" stroke="{SHADES[4]}" stroke-width="0.7"', "fire that cannot be judged"),
        (220, f'fill="{WATCHED}" stroke="{MUTED}" stroke-width="0.3"', "a watch in this cell, coarse and delayed"),
        (520, f'fill="{AREA}" fill-opacity="0.12" stroke="{AREA}" stroke-width="1.4"', "disengagement area"),
    )
    for x, style, words in marks:
        drawn += [_swatch(x, top + 48, style), _text(x + 20, top + 52, words, INK)]
    drawn += _line_legend(report, top + 98)
    note = (
        f"Incidents are shown as fixed cells of about {report.incident_cell_km2:g} km², watches as cells of about "
        f"{report.observer_cell_km2:.0f} km². Geometry: {report.agreement}. Cells: H3."
    )
    return [_text(16, top + 76, note, MUTED), *drawn]


def _line_legend(report: DailyReport, y: float) -> list[str]:
    drawn: list[str] = []
    versions = dict(zip(((line.title, line.accuracy_km) for line in report.drawing.lines), _dashes(report), strict=True))
    for (title, accuracy), dash in versions.items():
        style = "" if dash == "none" else f' stroke-dasharray="{dash}"'
        words = f"{title}, drawn to within {accuracy:g} km (band)"
        drawn.append(f'<path d="M16,{y:g}h26" stroke="{LINE}" stroke-opacity="0.16" stroke-width="9"/>')
        drawn.append(f'<path d="M16,{y:g}h26" stroke="{LINE}" stroke-width="1.8"{style}/>')
        drawn.append(_text(48, y + 4, words, INK))
        y += LEGEND_LINE
    return drawn


def _scale_bar(frame: Frame, top: float) -> Sequence[str]:
    length_km = next(step for step in (500, 200, 100, 50, 20, 10, 5, 2, 1, 0.5) if step / 111.2 * frame.scale <= 160 or step == 0.5)
    pixels = length_km / 111.2 * frame.scale
    ends = f"M16,{top - 4:g}v8M16,{top:g}h{pixels:.1f}m0,-4v8"
    return [
        f'<path d="{ends}" stroke="{INK}" stroke-width="1.6" fill="none"/>',
        _text(22 + pixels, top + 4, f"{length_km:g} km", INK),
    ]


def _swatch(x: float, y: float, style: str) -> str:
    return f'<rect x="{x:g}" y="{y - 6:g}" width="15" height="11" {style}/>'
