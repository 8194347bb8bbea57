"""Whether a term was in force at a place and time: yes, no or uncertain, and why, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from truceline.agreement.document import Agreement, Band, Term, Validity, Zone
from truceline.agreement.geography import CANNOT_BE_TOLD, INSIDE, OUTSIDE, Geography

Answer = Literal["yes", "no", "uncertain"]
ANSWERS: tuple[Answer, ...] = ("yes", "no", "uncertain")


def in_force(term: Term, agreement: Agreement, geography: Geography, situations: pl.DataFrame) -> pl.DataFrame:
    """Return `in_force` (yes, no, uncertain) and `because` for each situation, in its order.

    Parameters
    ----------
    situations
        Columns earliest, latest (UTC), latitude, longitude, uncertainty_m, distance_km, held_by, zone and party (null: not
        known), shape (n, ...).
    """
    in_time = _in_time(term, agreement, situations)
    in_place = _in_place(term, agreement, geography, situations)
    answers, reasons = [], []
    for (when, since), (where, there) in zip(in_time, in_place, strict=True):
        answer, because = _both(when, since, where, there)
        answers.append(answer)
        reasons.append(because)
    return pl.DataFrame(
        {"in_force": pl.Series(answers, dtype=pl.Enum(ANSWERS)), "because": pl.Series(reasons, dtype=pl.String)},
    )


def _both(when: Answer, since: str, where: Answer, there: str) -> tuple[Answer, str]:
    """Time and place together; a sure 'no' of either settles it, and only its reason is given."""
    if when == "no" or where == "no":
        return "no", since if when == "no" else there
    open_points = [why for answer, why in ((when, since), (where, there)) if answer == "uncertain"]
    if open_points:
        return "uncertain", "; ".join(open_points)
    return "yes", f"{since}; {there}" if there else since


# Time ----------------------------------------------------------------------------------------------------------------------


def _in_time(term: Term, agreement: Agreement, situations: pl.DataFrame) -> list[tuple[Answer, str]]:
    """One answer for each situation; many share an instant, so each distinct span of time is judged once."""
    spans = list(situations.select("earliest", "latest").iter_rows())
    judged = {span: _at(term, agreement, *span) for span in set(spans)}
    return [judged[span] for span in spans]


def _at(term: Term, agreement: Agreement, earliest: datetime, latest: datetime) -> tuple[Answer, str]:
    versions = sorted({validity.according_to for validity in term.in_force} - {"all"})
    if not versions:
        return _by_spans(term.in_force, earliest, latest)
    told = {
        version: _by_spans([span for span in term.in_force if span.according_to in ("all", version)], earliest, latest)
        for version in versions
    }
    answers = {answer for answer, _ in told.values()}
    # In the order of what they say, not of their names: exchanging the parties' names must exchange nothing else.
    in_order = sorted(told, key=lambda version: told[version][1])
    if len(answers) == 1 and "uncertain" not in answers:
        return told[in_order[0]]
    names = {party.id: party.name for party in agreement.parties}
    sides = "; ".join(f"according to {names.get(version, version)} {told[version][1]}" for version in in_order)
    return "uncertain", f"the dates are disputed: {sides}"


def _by_spans(spans: Sequence[Validity], earliest: datetime, latest: datetime) -> tuple[Answer, str]:
    spans = _without_seams(spans)
    for span in spans:
        if earliest >= span.start and (span.end is None or latest < span.end):
            return "yes", f"in force since {_date(span.start)}"
    for span in spans:
        if latest >= span.start and (span.end is None or earliest < span.end):
            edge = span.start if earliest < span.start else span.end
            return "uncertain", f"it may have been before or after {_date(edge or span.start)}"
    before = [span for span in spans if span.end is not None and span.end <= earliest]
    if before:
        last = max(before, key=lambda span: span.end or span.start)
        return "no", f"ended {_date(last.end or last.start)}" + (f" ({last.because})" if last.because else "")
    first = min(spans, key=lambda span: span.start)
    return "no", f"not in force before {_date(first.start)}"


def _without_seams(spans: Sequence[Validity]) -> list[Validity]:
    """The spans in order, each that begins the instant the one before ends joined to it: a renewal is no interruption."""
    joined: list[Validity] = []
    for span in sorted(spans, key=lambda span: span.start):
        if joined and joined[-1].end == span.start:
            joined[-1] = joined[-1].model_copy(update={"end": span.end, "because": span.because})
        else:
            joined.append(span)
    return joined


def _date(moment: datetime) -> str:
    """A date as it is spoken, with hour and zone: 27 July 2020 00:01 (+03:00)."""
    zone = moment.strftime("%z")
    offset = "UTC" if moment.tzinfo == UTC else f"{zone[:3]}:{zone[3:5]}"
    return f"{moment.day} {moment:%B %Y %H:%M} ({offset})"


# Place ---------------------------------------------------------------------------------------------------------------------


def _in_place(term: Term, agreement: Agreement, geography: Geography, situations: pl.DataFrame) -> list[tuple[Answer, str]]:
    if term.where is None:
        return [("yes", "")] * situations.height
    zone = next(zone for zone in agreement.zones if zone.id == term.where)
    inside = _membership(term, agreement, geography, situations)
    words = _where_in_words(zone, agreement, geography, situations)
    told = {
        INSIDE: [("yes", f"inside {zone.title}{where}") for where in words],
        OUTSIDE: [("no", f"outside {zone.title}{where}") for where in words],
    }
    doubts = zip(words, _blur_in_words(situations["uncertainty_m"]), strict=True)
    open_words = [("uncertain", f"whether it lies inside {zone.title}{where}{blur}") for where, blur in doubts]
    return [told.get(int(answer), open_words)[row] for row, answer in enumerate(inside)]  # type: ignore[misc]


def _membership(term: Term, agreement: Agreement, geography: Geography, situations: pl.DataFrame) -> npt.NDArray[np.int8]:
    """Zone membership for the acting party; where it is not known and the term binds one party alone, for that party."""
    bound = [party.id for party in agreement.parties if "all" in term.binds or party.id in term.binds]
    if len(bound) == 1:
        situations = situations.with_columns(pl.lit(bound[0]).alias("party"))
    inside = membership(geography, str(term.where), situations)
    if not _straddles_a_change(agreement, situations):
        return inside
    afterwards = membership(geography, str(term.where), situations.with_columns(earliest=pl.col("latest")))
    return np.where(inside == afterwards, inside, CANNOT_BE_TOLD).astype(np.int8)


def _straddles_a_change(agreement: Agreement, situations: pl.DataFrame) -> bool:
    """Whether a version of the line began or ended while any of the situations may have happened."""
    changes = [change for line in agreement.lines for change in (line.in_force_from, line.in_force_until) if change is not None]
    during = [((pl.col("earliest") < change) & (pl.col("latest") >= change)).any() for change in changes]
    return bool(during) and bool(situations.select(pl.any_horizontal(during)).item())


def membership(geography: Geography, zone: str, situations: pl.DataFrame) -> npt.NDArray[np.int8]:
    """Whether each situation lies in a zone: 1 inside, 0 outside, -1 cannot be told; columns as for `in_force`."""
    latitude, longitude, uncertainty_m = (
        situations[name].fill_null(np.nan).to_numpy() for name in ("latitude", "longitude", "uncertainty_m")
    )
    return geography.membership(
        zone,
        situations["party"].to_numpy().astype(object),
        latitude,
        longitude,
        uncertainty_m,
        situations["earliest"].to_numpy(),
        distance_km=situations["distance_km"].fill_null(np.nan).to_numpy(),
        held_by=situations["held_by"].to_numpy(),
        zone=situations["zone"].to_numpy(),
    )


def _where_in_words(zone: Zone, agreement: Agreement, geography: Geography, situations: pl.DataFrame) -> list[str]:
    """For a band, how far from the line it lies and how far the band reaches; for a shape, nothing to add."""
    if not isinstance(zone.area, Band):
        return [""] * situations.height
    band = zone.area
    given = situations["distance_km"].fill_null(np.nan).to_numpy()
    latitude, longitude = (situations[name].fill_null(np.nan).to_numpy() for name in ("latitude", "longitude"))
    ids = list(dict.fromkeys(band.measured_from.values()))
    accuracy = {line.id: line.accuracy_km for line in agreement.lines}
    reach = f"{band.until_km:g} km" if band.from_km == 0 else f"from {band.from_km:g} to {band.until_km:g} km"
    measured = {line: np.abs(geography.signed_distance_km(line, latitude, longitude)) for line in ids}
    margins = {line: geography.margin_km(line, latitude, longitude) for line in ids}
    past_an_end = [any(margins[line][row] < measured[line][row] - 0.05 for line in ids) for row in range(situations.height)]
    drawn = f"the line is drawn to within {max(accuracy[line] for line in ids):g} km"
    return [
        f" ({_distance_in_words(given[row], [measured[line][row] for line in ids], drawn)}"
        f"{', past its end' if past_an_end[row] and not np.isfinite(given[row]) else ''}; the zone reaches {reach})"
        for row in range(situations.height)
    ]


def _blur_in_words(uncertainty_m: pl.Series) -> list[str]:
    """How exactly each place is known, as twice its uncertainty; nothing where it is exact or not known."""
    return [f", the place is known to within {2 * metres / 1000:.2g} km" if metres else "" for metres in uncertainty_m.to_list()]


def _distance_in_words(given: float, measured: list[float], drawn: str) -> str:
    if np.isfinite(given):
        return f"{given:g} km behind the line"
    if not np.isfinite(measured[0]):
        return "the distance is not known"
    low, high = min(measured), max(measured)
    if high - low < 0.05:
        return f"{low:.1f} km from the line, {drawn}"
    return f"{low:.1f} to {high:.1f} km from the line by the parties' versions of it, {drawn}"
