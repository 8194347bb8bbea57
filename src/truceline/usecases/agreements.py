"""Explains an agreement: which terms were in force at a place and time, which were not, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl

from truceline.agreement.document import Agreement, Prohibition, Term
from truceline.agreement.geography import Geography
from truceline.agreement.in_force import in_force


@dataclass(frozen=True, slots=True)
class TermThere:
    """One term at a place and time."""

    id: str
    title: str
    in_force: str
    because: str
    binds: str
    prohibits: str
    exceptions: tuple[str, ...]
    citation: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What an agreement says of a place and time."""

    agreement: str
    at: str
    on: str
    sector: str | None
    ground_held_by: str
    distances_km: dict[str, float]
    terms: tuple[TermThere, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the explanation as plain values."""
        content = {name: getattr(self, name) for name in self.__slots__ if name not in ("terms", "distances_km")}
        lines = {f"km from {line}": distance for line, distance in self.distances_km.items()}
        terms = [{name: _plain(getattr(term, name)) for name in TermThere.__slots__} for term in self.terms]
        return {**content, **lines, "terms": terms}


def explain(
    agreement: Agreement, geography: Geography, latitude: float, longitude: float, at: datetime, uncertainty_m: float = 0.0
) -> Explanation:
    """Hold every term of an agreement against one place and time, for the party that holds the ground there.

    Parameters
    ----------
    uncertainty_m
        Radius in metres within which the place is known 68 % of the time.
    """
    place = (np.array([latitude]), np.array([longitude]))
    moment = np.array([np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "us")])
    holder = geography.holder(*place, np.array([uncertainty_m]), moment)[0]
    names = {party.id: party.name for party in agreement.parties}
    distances = {line.id: round(abs(float(geography.signed_distance_km(line.id, *place)[0])), 1) for line in agreement.lines}
    situation = _situation(latitude, longitude, at, uncertainty_m, holder)
    return Explanation(
        agreement=f"{agreement.id}/{agreement.version}",
        at=f"{latitude:g}, {longitude:g} ± {uncertainty_m:g} m",
        on=at.isoformat(),
        sector=geography.sector(*place)[0],
        ground_held_by=names[holder] if holder else "cannot be told: too near to the line, or no line in force",
        distances_km=distances,
        terms=tuple(_term_there(term, agreement, geography, situation) for term in agreement.terms),
    )


def _situation(latitude: float, longitude: float, at: datetime, uncertainty_m: float, holder: str | None) -> pl.DataFrame:
    """A situation in which the party acts that holds the ground."""
    instant = pl.lit(at.astimezone(UTC)).dt.cast_time_unit("us")
    return pl.select(
        instant.alias("earliest"),
        instant.alias("latest"),
        pl.lit(latitude).alias("latitude"),
        pl.lit(longitude).alias("longitude"),
        pl.lit(uncertainty_m).alias("uncertainty_m"),
        pl.lit(None, pl.Float64).alias("distance_km"),
        *(pl.lit(None, pl.String).alias(name) for name in ("held_by", "zone")),
        pl.lit(holder, pl.String).alias("party"),
    )


def _term_there(term: Term, agreement: Agreement, geography: Geography, situation: pl.DataFrame) -> TermThere:
    answer, because = in_force(term, agreement, geography, situation).row(0)
    names = {party.id: party.name for party in agreement.parties}
    everybody = "all" in term.binds or set(names) <= set(term.binds)
    return TermThere(
        id=term.id,
        title=term.title,
        in_force=answer,
        because=because,
        binds="every party" if everybody else " and ".join(names[party] for party in term.binds),
        prohibits="; ".join(in_words(prohibition) for prohibition in term.prohibits) or f"duty: {term.obliges}",
        exceptions=tuple(f"{exception.kind}: {exception.text}" for exception in term.exceptions),
        citation=", ".join(part for part in (term.citation.title, term.citation.locator) if part),
    )


def in_words(prohibition: Prohibition) -> str:
    """A prohibition as a phrase: "weapons: artillery, mortar; 100 mm and more"."""
    bounds = (prohibition.calibre_at_least_mm, prohibition.calibre_below_mm)
    kinds = [*prohibition.weapons, *(f"{kind} UAV" for kind in prohibition.uav_kinds)]
    narrowed = [
        ", ".join(kinds),
        f"{bounds[0]:g} mm and more" if bounds[0] is not None else "",
        f"below {bounds[1]:g} mm" if bounds[1] is not None else "",
    ]
    said = "; ".join(part for part in narrowed if part)
    return f"{prohibition.conduct}: {said}" if said else prohibition.conduct


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
