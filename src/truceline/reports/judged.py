"""How the terms fared: findings by term with what is missing, and the disengagement areas."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from truceline.agreement.document import Agreement, Zone
from truceline.agreement.geography import CANNOT_BE_TOLD, INSIDE
from truceline.compliance.tables import BROKEN, CANNOT_BE_JUDGED, KEPT, NOT_IN_FORCE
from truceline.reports.daily import AreaRow, TermRow
from truceline.reports.knowledge import Setting
from truceline.reports.protection import centre_of
from truceline.values.place import EARTH

NEAR_KM = 5.0
"""'Near' a disengagement area: within so many km of its outline."""
REASONS_SHOWN = 3


def term_rows(day: date, findings: pl.DataFrame, agreement: Agreement) -> tuple[TermRow, ...]:
    """One row for each term, in the order of the agreement."""
    of_day = findings.filter(pl.col("day") == day)
    rows = []
    for term in agreement.terms:
        own = of_day.filter(pl.col("term") == term.id)
        counts = dict(own.group_by(pl.col("status").cast(pl.String)).len().iter_rows())
        rows.append(
            TermRow(
                term=term.id,
                title=term.title,
                duty=not term.prohibits,
                kept=counts.get(KEPT, 0),
                broken=counts.get(BROKEN, 0),
                cannot_be_judged=counts.get(CANNOT_BE_JUDGED, 0),
                not_in_force=counts.get(NOT_IN_FORCE, 0),
                missing=(term.obliges,) if term.obliges else _missing(own),
            )
        )
    return tuple(rows)


def _missing(findings: pl.DataFrame) -> tuple[str, ...]:
    """What is missing most often, with how often; the rest together."""
    unjudged = findings.filter(pl.col("status").cast(pl.String) == CANNOT_BE_JUDGED)
    silent = unjudged.filter(pl.col("incident_id").is_null())
    said = []
    if silent.height:
        least, most = silent["coverage"].min(), silent["coverage"].max()
        watched = "" if least is None else f" ({_span(least, most)} watched)"
        said.append(f"not enough watched in {_sectors(silent)}{watched}")
    # What follows a colon or stands in brackets differs from incident to incident; what comes before it names the question.
    question = pl.col("missing").fill_null("not said").str.replace(r"(: | \().*$", "")
    counted = unjudged.filter(pl.col("incident_id").is_not_null()).group_by(question.alias("missing")).len()
    ordered = counted.sort("len", "missing", descending=[True, False])
    said += [f"{missing} ({_incidents(count)})" for missing, count in ordered.head(REASONS_SHOWN).iter_rows()]
    rest = int(ordered["len"][REASONS_SHOWN:].sum())
    return (*said, f"other ({rest})") if rest else tuple(said)


def _incidents(count: int) -> str:
    return f"{count} incident{'' if count == 1 else 's'}"


def _span(least: object, most: object) -> str:
    low, high = (f"{100 * float(str(share)):.0f}" for share in (least, most))
    return f"{low} %" if low == high else f"{low} to {high} %"


def _sectors(silent: pl.DataFrame) -> str:
    names = sorted(silent["sector"].drop_nulls().unique())
    return names[0] if len(names) == 1 else f"{len(names)} sectors"


def area_rows(
    judged: pl.DataFrame, placed: pl.DataFrame, findings: pl.DataFrame, day: date, setting: Setting
) -> tuple[AreaRow, ...]:
    """One row for each disengagement area: incidents of fire inside, perhaps inside, and near, and its own terms' findings.

    Inside is told from the incident's place and its uncertainty; near from the cell in which it is shown.
    """
    rows = []
    for zone in setting.agreement.zones:
        if zone.kind == "disengagement":
            fires = pl.col("counted") | pl.col("open")
            member = _membership(zone, judged.filter(fires), setting)
            near = _near(zone, placed.filter(fires & (pl.col("cell") != "")), setting)
            inside, untold = int((member == INSIDE).sum()), int((member == CANNOT_BE_TOLD).sum())
            rows.append(
                AreaRow(
                    title=zone.title[:1].upper() + zone.title[1:],
                    inside=inside,
                    cannot_be_told=untold,
                    near=max(near - inside - untold, 0),
                    findings=tuple(_area_findings(zone, findings, day, setting.agreement)),
                )
            )
    return tuple(rows)


def _membership(zone: Zone, incidents: pl.DataFrame, setting: Setting) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    latitude, longitude, uncertainty_m = (incidents[name].to_numpy() for name in ("latitude", "longitude", "uncertainty_m"))
    nobody = np.full(incidents.height, None, dtype=object)
    at = incidents["earliest"].dt.replace_time_zone(None).to_numpy()
    return np.asarray(setting.geography.membership(zone.id, nobody, latitude, longitude, uncertainty_m, at), np.int8)


def _near(zone: Zone, placed: pl.DataFrame, setting: Setting) -> int:
    """Incidents whose cell's middle lies within `NEAR_KM` of a corner or side of the outline, or inside it."""
    rings = setting.geography.zone_outline(zone.id)
    if not rings or not placed.height:
        return 0
    corners = np.concatenate([_dense(ring) for ring in rings])
    cells = placed.group_by("cell").len()
    near = 0
    for cell, count in cells.iter_rows():
        latitude, longitude = centre_of(cell)
        size = len(corners)
        _, _, metres = EARTH.inv(np.full(size, longitude), np.full(size, latitude), corners[:, 1], corners[:, 0])
        near += count if float(np.min(metres)) <= NEAR_KM * 1000 else 0
    return near


def _dense(ring: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """A ring with points in between, so that the nearest of them is near enough to the nearest of its side."""
    shares = np.linspace(0, 1, 16, endpoint=False)[:, None, None]
    return np.asarray((ring[:-1] + shares * (ring[1:] - ring[:-1])).reshape(-1, 2))


def _area_findings(zone: Zone, findings: pl.DataFrame, day: date, agreement: Agreement) -> list[str]:
    sentences = []
    for term in agreement.terms:
        if term.where != zone.id:
            continue
        own = findings.filter((pl.col("day") == day) & (pl.col("term") == term.id))
        for status in (BROKEN, CANNOT_BE_JUDGED, KEPT, NOT_IN_FORCE):
            of_status = own.filter(pl.col("status").cast(pl.String) == status)
            if of_status.height:
                reason = of_status.sort("incident_id", "sector", nulls_last=True)["reason"][0].split(": ", 1)[-1]
                count = f" ({of_status.height} findings)" if of_status.height > 1 else ""
                sentences.append(f"Term {term.id} {status}{count}: {reason}")
        if not own.height:
            sentences.append(f"Term {term.id}: no finding")
    return sentences
