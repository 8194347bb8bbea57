"""Cross-references and sense of an agreement document: every problem found at once, each with its path in the document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from truceline.agreement.document import Agreement, Band, Polygon, Sector, Shape, Term, Validity

Path = tuple[str | int, ...]

RESERVED = ("all", "undetermined")
"""Words that documents and findings use where no party stands."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong at a path of the document, e.g. ("terms", 3, "where")."""

    path: Path
    expected: str
    found: str
    next_step: str = ""


def check(agreement: Agreement) -> list[Fault]:
    """All faults of a document whose fields are each valid on their own; an empty list if there are none."""
    return [
        *_time_zone(agreement),
        *_unique(agreement),
        *_parties(agreement),
        *_lines(agreement),
        *_sectors(agreement),
        *_zones(agreement),
        *_terms(agreement),
        *_stages(agreement),
    ]


def _time_zone(agreement: Agreement) -> Iterator[Fault]:
    try:
        ZoneInfo(agreement.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield Fault(("time_zone",), "an IANA time zone", repr(agreement.time_zone), "For example Europe/Kyiv.")


def _unique(agreement: Agreement) -> Iterator[Fault]:
    for name in ("parties", "lines", "sectors", "zones", "terms", "stages", "open_questions", "response_ladder"):
        items = getattr(agreement, name)
        counts = Counter(item.id for item in items)
        for index, item in enumerate(items):
            if counts[item.id] > 1:
                yield Fault((name, index, "id"), "an id used once", repr(item.id), "Give each its own.")


def _known(path: Path, name: str, known: Iterable[str], what: str) -> Iterator[Fault]:
    known = list(known)
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Add the {what}, or name one that is there."
        article = "an" if what[0] in "aeiou" else "a"
        yield Fault(path, f"{article} {what} of this document ({', '.join(known) or 'none yet'})", repr(name), hint)


def _parties(agreement: Agreement) -> Iterator[Fault]:
    for index, party in enumerate(agreement.parties):
        if party.id in RESERVED:
            yield Fault(("parties", index, "id"), f"an id other than {' and '.join(RESERVED)}", repr(party.id), "Choose another.")


def _party_ids(agreement: Agreement, *more: str) -> list[str]:
    return [*(party.id for party in agreement.parties), *more]


def _lines(agreement: Agreement) -> Iterator[Fault]:
    for index, line in enumerate(agreement.lines):
        yield from _ordered(("lines", index, "in_force_until"), line.in_force_from, line.in_force_until)
        yield from _known(("lines", index, "according_to"), line.according_to, _party_ids(agreement, "all"), "party")
        for side in ("left", "right"):
            yield from _known(("lines", index, side), getattr(line, side), _party_ids(agreement), "party")
        if line.left == line.right:
            yield Fault(("lines", index, "right"), "another party than on the left", repr(line.right), "A line parts two parties.")
        for earlier in agreement.lines[:index]:
            same = line.according_to == earlier.according_to
            if same and _overlap(line.in_force_from, line.in_force_until, earlier.in_force_from, earlier.in_force_until):
                yield Fault(
                    ("lines", index, "in_force_from"),
                    f"a span that does not overlap {earlier.id!r}",
                    line.in_force_from.isoformat(),
                    "End the earlier version first, or say according to whom each stands.",
                )


def _ordered(path: Path, start: datetime, end: datetime | None) -> Iterator[Fault]:
    if end is not None and end <= start:
        yield Fault(path, f"an end after {start.isoformat()}", end.isoformat(), "Exchange them, or use null while it stands.")


def _overlap(start: datetime, end: datetime | None, other_start: datetime, other_end: datetime | None) -> bool:
    return (other_end is None or start < other_end) and (end is None or other_start < end)


def _sectors(agreement: Agreement) -> Iterator[Fault]:
    for index, sector in enumerate(agreement.sectors):
        path: Path = ("sectors", index)
        yield from _known((*path, "line"), sector.line, [line.id for line in agreement.lines], "line")
        if sector.until_km <= sector.from_km:
            yield Fault((*path, "until_km"), f"more than from_km, {sector.from_km:g}", f"{sector.until_km:g}", "Exchange them.")
        for earlier in agreement.sectors[:index]:
            if _same_ground(sector, earlier):
                yield Fault(
                    (*path, "from_km"), f"a stretch that does not overlap {earlier.id!r}", f"{sector.from_km:g}", "Move the border."
                )


def _same_ground(sector: Sector, other: Sector) -> bool:
    return sector.line == other.line and sector.from_km < other.until_km and other.from_km < sector.until_km


def _zones(agreement: Agreement) -> Iterator[Fault]:
    for index, zone in enumerate(agreement.zones):
        path: Path = ("zones", index, "area")
        if isinstance(zone.area, Band):
            yield from _band(path, zone.area, agreement)
        if isinstance(zone.area, Polygon) and bool(zone.area.file) == bool(zone.area.coordinates):
            found = "both" if zone.area.file else "neither"
            yield Fault((*path, "coordinates"), "either a file or coordinates", found, "Give one of them.")
        if isinstance(zone.area, Polygon) and not zone.area.file and 0 < len(zone.area.coordinates) < 3:
            yield Fault((*path, "coordinates"), "three corners or more", str(len(zone.area.coordinates)), "Add corners.")


def _band(path: Path, band: Band, agreement: Agreement) -> Iterator[Fault]:
    for key, line in band.measured_from.items():
        yield from _known((*path, "measured_from", key), key, _party_ids(agreement, "all"), "party")
        yield from _known((*path, "measured_from", key), line, [known.id for known in agreement.lines], "line")
    if not band.measured_from:
        yield Fault(
            (*path, "measured_from"), "a line for at least one party", "none", "Write all: LINE, or one line for each party."
        )
    if band.until_km <= band.from_km:
        yield Fault((*path, "until_km"), f"more than from_km, {band.from_km:g}", f"{band.until_km:g}", "Exchange them.")


def _terms(agreement: Agreement) -> Iterator[Fault]:
    zones = [zone.id for zone in agreement.zones]
    areas = {zone.id: zone.area for zone in agreement.zones}
    for index, term in enumerate(agreement.terms):
        path: Path = ("terms", index)
        if term.where is not None:
            yield from _known((*path, "where"), term.where, zones, "zone")
            yield from _measured_for_all((*path, "where"), term, areas.get(term.where), agreement)
        for place, party in enumerate(term.binds):
            yield from _known((*path, "binds", place), party, _party_ids(agreement, "all"), "party")
        for place, exception in enumerate(term.exceptions):
            if exception.outside_zone is not None:
                yield from _known((*path, "exceptions", place, "outside_zone"), exception.outside_zone, zones, "zone")
        yield from _content(path, term)
        yield from _validity(path, term.in_force, agreement)
        yield from _versions(path, term, agreement)


def _bound(term: Term, agreement: Agreement) -> list[str]:
    return [party for party in _party_ids(agreement) if "all" in term.binds or party in term.binds]


def _measured_for_all(path: Path, term: Term, area: Shape | None, agreement: Agreement) -> Iterator[Fault]:
    """A band that a bound party does not measure would leave it unbound without a word."""
    if isinstance(area, Band) and "all" not in area.measured_from:
        for party in _bound(term, agreement):
            if party not in area.measured_from:
                expected = f"a band measured from a line for {party!r}, whom the term binds"
                yield Fault(path, expected, f"measured_from without {party!r}", "Add its line to the zone, or bind others.")


def _content(path: Path, term: Term) -> Iterator[Fault]:
    if not term.prohibits and not term.obliges:
        yield Fault((*path, "prohibits"), "something forbidden, or a duty under obliges", "neither", "Say what the paragraph asks.")
    for index, prohibition in enumerate(term.prohibits):
        least, below = prohibition.calibre_at_least_mm, prohibition.calibre_below_mm
        if least is not None and below is not None and below <= least:
            at = (*path, "prohibits", index, "calibre_below_mm")
            yield Fault(at, f"more than calibre_at_least_mm, {least:g}", f"{below:g}", "Exchange them.")


def _validity(path: Path, spans: Sequence[Validity], agreement: Agreement) -> Iterator[Fault]:
    for index, span in enumerate(spans):
        at = (*path, "in_force", index)
        yield from _ordered((*at, "until"), span.start, span.end)
        yield from _known((*at, "according_to"), span.according_to, _party_ids(agreement, "all"), "party")
        for earlier in spans[:index]:
            shared = span.according_to == earlier.according_to or "all" in (span.according_to, earlier.according_to)
            if shared and _overlap(span.start, span.end, earlier.start, earlier.end):
                found = span.start.isoformat()
                yield Fault(
                    (*at, "from"), "a span that does not overlap an earlier one", found, "Join them, or end the earlier one."
                )


def _versions(path: Path, term: Term, agreement: Agreement) -> Iterator[Fault]:
    """Where a party's own version of the dates is given, another bound party's silence must not pass for agreement."""
    told = {span.according_to for span in term.in_force}
    if told - {"all"} and "all" not in told:
        for party in _bound(term, agreement):
            if party not in told:
                expected = f"a span according to {party!r} too, or one according to 'all'"
                yield Fault((*path, "in_force"), expected, "none", "Write what that party holds.")


def _stages(agreement: Agreement) -> Iterator[Fault]:
    questions = [question.id for question in agreement.open_questions]
    for index, stage in enumerate(agreement.stages):
        for place, condition in enumerate(stage.entry):
            path: Path = ("stages", index, "entry", place)
            if condition.question is not None:
                yield from _known((*path, "question"), condition.question, questions, "open question")
            if condition.needs == "question closed" and condition.question is None:
                yield Fault((*path, "question"), "the id of an open question", "none", "Name the question that must be closed.")
            if condition.needs in ("calm days", "coverage") and condition.value is None:
                yield Fault((*path, "value"), "a number", "none", "Say how many days, or which share.")
