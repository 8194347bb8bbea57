"""The rows of the report's tables of incidents and of allegations; every place passes through `protection`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import polars as pl

from truceline.compliance.tables import UNDETERMINED
from truceline.reports.daily import ClaimRow, ClaimTotal, IncidentRow
from truceline.reports.knowledge import Knowledge, Setting, local
from truceline.reports.protection import Gazetteer, beside_monitors
from truceline.values.place import point_of
from truceline.values.source import Source
from truceline.values.vocabulary import KIND_TABLE

NOT_KNOWN = "N/K"
KIND_WORDS = {
    "patrol": ("patrol", "patrols"),
    "camera": ("camera", "cameras"),
    "acoustic": ("acoustic sensor", "acoustic sensors"),
    "uav": ("mission UAV", "mission UAVs"),
    "satellite": ("satellite", "satellites"),
    "party": ("party", "parties"),
    "media": ("media", "media"),
    "public": ("public report", "public reports"),
    "organisation": ("organisation", "organisations"),
}


def with_places(judged: pl.DataFrame, known: Knowledge, setting: Setting, cut_off: datetime) -> pl.DataFrame:
    """Judged incidents with the cell and words of their place instead of the place itself, and the means by which each was seen."""
    seen = _members(judged, known)
    beside = beside_monitors(seen)
    judged = judged.join(_means(seen), on="incident_id", how="left", maintain_order="left")
    judged = judged.with_columns(pl.col("incident_id").is_in(beside.implode()).alias("beside_monitors"))
    cells = setting.protection.incident_cells(judged, cut_off)
    gazetteer = Gazetteer(setting.places)
    titles = {sector.id: sector.title for sector in setting.agreement.sectors}
    near = [gazetteer.near(cell) or titles.get(sector, "") for cell, sector in zip(cells, judged["sector"], strict=True)]
    places = pl.DataFrame({"cell": cells, "near": near}, schema={"cell": pl.String, "near": pl.String})
    return judged.drop("latitude", "longitude", "uncertainty_m", "beside_monitors").hstack(places)


def incident_rows(placed: pl.DataFrame, setting: Setting) -> tuple[IncidentRow, ...]:
    """One row for each incident that is more probable than not or rests on a claim, in order of time."""
    shown = placed.filter(pl.col("likely") | (pl.col("claimed_parties").list.len() > 0))
    return tuple(_incident_row(number, row, setting) for number, row in enumerate(shown.iter_rows(named=True), start=1))


def _incident_row(number: int, row: Mapping[str, Any], setting: Setting) -> IncidentRow:
    return IncidentRow(
        number=number,
        incident=f"{row['incident_id']:016x}",
        region=row["region"],
        sector=row["sector"] or "",
        cell=row["cell"],
        near=row["near"],
        local_from=local(row["earliest"], setting.zone),
        local_until=local(row["latest"], setting.zone),
        conduct=row["conduct"] or "",
        observation=row["kind"],
        count=row["count_low"],
        unit=KIND_TABLE[row["kind"]].unit,
        explosions=row["explosions"],
        description=_description(row),
        weapon=_weapon(row),
        means=row["means"] or NOT_KNOWN,
        sources=sources_in_words(row["sources"], setting.sources),
        witnesses=row["witnesses"],
        monitors=row["monitors"],
        probability=row["probability"],
        status=row["status"] or "",
        terms=tuple(row["terms"] or ()),
        responsible=row["responsible"] or UNDETERMINED,
        reason=row["reason"] or "",
        missing=row["missing"] or "",
        claimed_parties=tuple(row["claimed_parties"] or ()),
        likely=row["likely"],
        counted=row["counted"],
    )


def _members(judged: pl.DataFrame, known: Knowledge) -> pl.DataFrame:
    """Observations of the incidents, with the incident each belongs to."""
    current = judged.select("incident_id", "version")
    return known.membership.join(current, on=["incident_id", "version"], how="semi").join(known.observations, on="observation_id")


def _means(seen: pl.DataFrame) -> pl.DataFrame:
    means = pl.col("means").cast(pl.String).drop_nulls().unique().sort().str.join(", ")
    return seen.group_by("incident_id").agg(means.alias("means"))


def _description(row: Mapping[str, Any]) -> str:
    """What is known of the fire's direction: incoming, outgoing, impact, undetermined, and from where it came."""
    said = str(row["assessment"] or "undetermined") if row["conduct"] == "fire" else str(row["assessment"] or "")
    if row["direction_from_deg"] is not None:
        said += f"{', ' if said else ''}from {point_of(row['direction_from_deg'])}"
    return said


def _weapon(row: Mapping[str, Any]) -> str:
    parts = [f"{row['calibre_mm']:g} mm" if row["calibre_mm"] else "", row["weapon"] or "", row["uav_kind"] or ""]
    if row["uav_kind"] and row["weapon"] == "uav":
        parts = [f"uav, {row['uav_kind']}"]
    return " ".join(part for part in parts if part) or NOT_KNOWN


def sources_in_words(ids: Iterable[str], sources: Mapping[str, Source]) -> str:
    """How many sources of each kind, e.g. "2 cameras, 1 patrol"; names of sensors would tell where they stand."""
    counts: dict[str, int] = {}
    for name in ids:
        kind = sources[name].kind if name in sources else "source"
        counts[kind] = counts.get(kind, 0) + 1
    order = [*KIND_WORDS, "source"]
    words = KIND_WORDS | {"source": ("source", "sources")}
    return ", ".join(f"{counts[kind]} {words[kind][counts[kind] > 1]}" for kind in order if kind in counts)


# Allegations ---------------------------------------------------------------------------------------------------------------


def claim_rows(placed: pl.DataFrame, known: Knowledge, setting: Setting) -> tuple[ClaimRow, ...]:
    """Incidents that rest on claims alone, in order of time."""
    claims = _claims(placed, known, setting)
    alone = placed.filter(pl.col("monitors") == 0).filter(pl.col("incident_id").is_in(claims["incident_id"].implode()))
    by_incident = claims.group_by("incident_id").agg(
        pl.col("claimant").unique().sort(), pl.col("claimed_party").drop_nulls().unique().sort()
    )
    rows = alone.join(by_incident, on="incident_id", maintain_order="left")
    return tuple(
        ClaimRow(
            claimant=", ".join(row["claimant"]),
            accused=", ".join(row["claimed_party"]),
            what=row["kind"],
            sector=row["sector"] or "",
            near=row["near"],
            local_from=local(row["earliest"], setting.zone),
            local_until=local(row["latest"], setting.zone),
            count=row["count_low"],
            witnesses=row["witnesses"],
            probability=row["probability"],
        )
        for row in rows.iter_rows(named=True)
    )


def claim_totals(placed: pl.DataFrame, known: Knowledge, setting: Setting) -> tuple[ClaimTotal, ...]:
    """Claims by claimant and accused party, ordered by both; a claim of several observations of one incident is one."""
    claims = _claims(placed, known, setting).select("incident_id", "claimant", "claimed_party", "monitors").unique()
    seen = pl.col("monitors") > 0
    table = claims.group_by("claimant", "claimed_party").agg(pl.len().alias("claims"), seen.sum().alias("seen")).sort(
        "claimant", "claimed_party", nulls_last=True
    )  # fmt: skip
    return tuple(
        ClaimTotal(
            claimant=row["claimant"],
            accused=row["claimed_party"] or "nobody named",
            claims=row["claims"],
            seen_by_monitors=row["seen"],
            awaiting=row["claims"] - row["seen"],
        )
        for row in table.iter_rows(named=True)
    )


def withheld_claims(placed: pl.DataFrame, known: Knowledge) -> int:
    """Number of claims that their originators have not released to the public."""
    return _members(placed, known).filter((pl.col("means") == "reported") & ~_released()).height


def _claims(placed: pl.DataFrame, known: Knowledge, setting: Setting) -> pl.DataFrame:
    """Released claims on the period's incidents, with the claimant: the party that the source belongs to, or its title."""
    monitors = placed.select("incident_id", "monitors")
    claims = _members(placed, known).filter((pl.col("means") == "reported") & _released()).join(monitors, on="incident_id")
    names = {name: claimant_of(name, setting.sources) for name in claims["source"].unique()}
    return claims.with_columns(pl.col("source").replace_strict(names, return_dtype=pl.String).alias("claimant"))


def _released() -> pl.Expr:
    return pl.col("releasable_to").fill_null("public").str.contains("public", literal=True)


def claimant_of(source: str, sources: Mapping[str, Source]) -> str:
    """Who makes a claim: the party behind a source, the source it repeats, or its own title."""
    seen: set[str] = set()
    while source in sources and source not in seen:
        seen.add(source)
        known = sources[source]
        if known.party:
            return known.party
        if not known.origin or known.origin == source:
            return known.title
        source = known.origin
    return source
