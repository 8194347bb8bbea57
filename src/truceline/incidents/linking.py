"""Which observations may be of one incident: a graph over place, time and conduct, and its components.

Two observations are linked when they show the same conduct, their spans of time lie within the longest gap, and their places lie
within the largest gap beyond twice their joint uncertainty, but never farther than the largest extent of an incident. An
observation that is vague in time ('in the morning', 'on that day') links only to what overlaps at least half of the shorter span,
so that neighbouring days do not chain. Components propose candidates; `building` divides them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt
import polars as pl

from truceline.incidents.settings import LinkingSettings
from truceline.values.place import LocalPlane
from truceline.values.vocabulary import CONDUCTS, KIND_TABLE

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

CLASS_OF_KIND: dict[str, int] = {
    name: len(CONDUCTS) + 1 if name == "casualty" else CONDUCTS.index(kind.conduct) if kind.conduct else -1
    for name, kind in KIND_TABLE.items()
}
"""Observations of one class may be of one incident: a conduct, or a civilian casualty; -1 ('nothing seen') joins none."""

SIGMAS = 2.0


@dataclass(frozen=True, slots=True)
class Points:
    """Observations as arrays of shape (n,): metres on a plane, seconds since 1970, radius in metres, class, vague or not."""

    east: Floats
    north: Floats
    start: Floats
    end: Floats
    uncertainty: Floats
    group: Ints
    vague: Bools


def points_of(observations: pl.DataFrame, settings: LinkingSettings, plane: LocalPlane) -> Points:
    """OBSERVATION rows as arrays, in their order.

    The plane is the mission's own, not one fitted to the rows: the same two observations must be linked or not whatever others
    are there.
    """
    east, north = plane.to_metres(observations["latitude"].to_numpy(), observations["longitude"].to_numpy())
    start, end = (observations[name].dt.epoch("us").to_numpy() / 1e6 for name in ("occurred_from", "occurred_until"))
    group = observations["kind"].cast(pl.String).replace_strict(CLASS_OF_KIND, return_dtype=pl.Int64).to_numpy()
    uncertainty = np.nan_to_num(observations["uncertainty_m"].to_numpy(), nan=0.0)
    return Points(east, north, start, end, uncertainty, group, end - start > settings.vague_after_h * 3600)


def components(points: Points, settings: LinkingSettings) -> Ints:
    """Component of each observation in the link graph, shape (n,), numbered from 0 in order of first appearance."""
    if not len(points.east):
        return np.zeros(0, np.int64)
    parent = np.arange(len(points.east))
    gap_m, most_m = settings.largest_gap_km * 1000, settings.largest_extent_km * 1000
    gap_s, vague_s = settings.longest_gap_min * 60, settings.vague_after_h * 3600
    # Precise ones are linked on a fine grid first; then every pair with a vague one on a grid of days.
    for with_vague, cell_s, rows in ((False, vague_s + gap_s, ~points.vague), (True, 86_400.0, np.ones(len(parent), bool))):
        if with_vague and not points.vague.any():
            break
        chosen = np.flatnonzero(rows)
        key, order = _cells(points, chosen, most_m, cell_s)
        _unite(
            parent, chosen[order], key[order], points.east, points.north, points.start, points.end, points.uncertainty,
            points.group, points.vague, gap_m, most_m, gap_s, with_vague, _span_in_cells(points, chosen, cell_s),
        )  # fmt: skip  # a kernel's long argument list reads best unbroken
    roots = _roots(parent)
    _, first, inverse = np.unique(roots, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]


_SPACE_BITS, _TIME_BITS = 18, 26
_ROW = 1 << _TIME_BITS
_COLUMN = 1 << (_TIME_BITS + _SPACE_BITS)


def _cells(points: Points, chosen: Ints, size_m: float, size_s: float) -> tuple[Ints, Ints]:
    """Key of the space-time cell of each chosen point, and the order that sorts them by key."""
    column = np.floor(points.east[chosen] / size_m).astype(np.int64) + (1 << (_SPACE_BITS - 1))
    row = np.floor(points.north[chosen] / size_m).astype(np.int64) + (1 << (_SPACE_BITS - 1))
    slot = np.floor(points.start[chosen] / size_s).astype(np.int64) & (_ROW - 1)
    key = column * _COLUMN + row * _ROW + slot
    return key, np.argsort(key, kind="stable")


def _span_in_cells(points: Points, chosen: Ints, cell_s: float) -> int:
    """How many slots of time an observation may reach back: neighbours are looked for in as many."""
    longest = float((points.end[chosen] - points.start[chosen]).max(initial=0.0))
    return int(longest // cell_s) + 1


@numba.njit(cache=True)
def _find(parent, node):  # type: ignore[no-untyped-def]  # pragma: no cover  compiled
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@numba.njit(cache=True)
def _roots(parent):  # type: ignore[no-untyped-def]  # pragma: no cover  compiled
    out = np.empty_like(parent)
    for node in range(len(parent)):
        out[node] = _find(parent, node)
    return out


@numba.njit(cache=True)
def linked(  # type: ignore[no-untyped-def]  # pragma: no cover  compiled
    i, j, east, north, start, end, uncertainty, group, vague, gap_m, most_m, gap_s
):
    """Whether two observations are linked."""
    if group[i] != group[j] or group[i] < 0:
        return False
    if vague[i] or vague[j]:
        overlap = min(end[i], end[j]) - max(start[i], start[j])
        if overlap < 0.5 * min(end[i] - start[i], end[j] - start[j]):
            return False
    elif max(start[i], start[j]) - min(end[i], end[j]) > gap_s:
        return False
    reach = gap_m + 2.0 * np.sqrt(uncertainty[i] ** 2 + uncertainty[j] ** 2)
    reach = min(reach, most_m)
    return (east[i] - east[j]) ** 2 + (north[i] - north[j]) ** 2 <= reach * reach


@numba.njit(cache=True)
def _unite(  # type: ignore[no-untyped-def]  # pragma: no cover  compiled
    parent, nodes, key, east, north, start, end, uncertainty, group, vague, gap_m, most_m, gap_s, with_vague, back
):
    """Join linked pairs: each node looks into the cells around it, and back over as many slots of time as a span can reach."""
    for at in range(len(nodes)):
        i = nodes[at]
        for across in range(-1, 2):
            for along in range(-1, 2):
                base = key[at] + across * _COLUMN + along * _ROW
                low, high = np.searchsorted(key, base - back), np.searchsorted(key, base + 1)
                for other in range(low, high):
                    j = nodes[other]
                    if i == j or (with_vague and not vague[i] and not vague[j]):
                        continue
                    a, b = _find(parent, i), _find(parent, j)
                    if a != b and linked(i, j, east, north, start, end, uncertainty, group, vague, gap_m, most_m, gap_s):
                        parent[max(a, b)] = min(a, b)
