"""Divides the candidates that linking proposes into incidents, bounded in time and space, whatever the order of arrival.

Inside a component the precise observations are swept in order of time, then place, then identity. Each joins the open incident it
fits best, or opens one; an incident is open until a silence longer than the gap, and never grows beyond the longest duration or
the largest extent. Then each vague observation joins the incident it fits best among those it could be of, or stands with other
vague ones around the first of them. Every choice looks only inside the component, so incidents depend on nothing else.
"""

from __future__ import annotations

import numba
import numpy as np

from truceline.incidents.linking import Ints, Points, linked
from truceline.incidents.settings import LinkingSettings

WEAPON_UNKNOWN = -1
WORST_FIT = 12.0
"""Score above which an observation opens an incident of its own: about 3.5 standard deviations of place and time together."""
OTHER_WEAPON = 6.0
"""What a different known weapon class adds to the score: two guns of one exchange differ, but two exchanges differ more often."""


def divide(points: Points, component: Ints, identity: Ints, weapon: Ints, settings: LinkingSettings) -> Ints:
    """Incident number of each observation, shape (n,); -1 for those that join none.

    Parameters
    ----------
    component
        Candidate component of each observation, from `linking.components`.
    identity
        Observation ids as int64: the last word in the canonical order.
    weapon
        Number of the weapon class, -1 where it is not known.
    """
    size = len(component)
    incident = np.full(size, -1, np.int64)
    order = np.lexsort((identity, points.north, points.east, points.end, points.start, points.vague, component))
    bounds = np.flatnonzero(np.r_[True, np.diff(component[order]) != 0, True]) if size else np.zeros(1, np.int64)
    _divide(
        incident, order, bounds, points.east, points.north, points.start, points.end, points.uncertainty, points.group,
        points.vague, weapon, settings.largest_gap_km * 1000, settings.largest_extent_km * 1000,
        settings.longest_gap_min * 60, settings.longest_duration_h * 3600,
    )  # fmt: skip  # a kernel's long argument list reads best unbroken
    return incident


@numba.njit(cache=True)
def _divide(  # type: ignore[no-untyped-def]  # pragma: no cover  compiled
    incident, order, bounds, east, north, start, end, uncertainty, group, vague, weapon, gap_m, most_m, gap_s, most_s
):
    made = 0
    for part in range(len(bounds) - 1):
        low, high = bounds[part], bounds[part + 1]
        if group[order[low]] < 0:
            continue
        room = high - low
        weight, mean_east, mean_north = np.zeros(room), np.zeros(room), np.zeros(room)
        west, south, far_east, far_north = np.zeros(room), np.zeros(room), np.zeros(room), np.zeros(room)
        first, last = np.zeros(room), np.zeros(room)
        arms, seed = np.full(room, -1), np.zeros(room, np.int64)
        count, open_from, precise, vague_from, longest_vague = 0, 0, 0, 0, 0.0
        for at in range(low, high):
            i = order[at]
            best, fit = -1, WORST_FIT
            # Incidents are opened in order of time, precise ones before vague ones: those out of reach in time need no look.
            if not vague[i]:
                while open_from < count and start[i] - first[open_from] > most_s + gap_s:
                    open_from += 1
                low_k, high_k = open_from, count
            else:
                longest_vague = max(longest_vague, end[i] - start[i])
                low_k = np.searchsorted(first[:precise], start[i] - most_s)
                high_k = np.searchsorted(first[:precise], end[i])
                vague_from = precise + np.searchsorted(first[precise:count], start[i] - longest_vague)
            for step in range(high_k - low_k + (count - vague_from if vague[i] else 0)):
                k = low_k + step if step < high_k - low_k else vague_from + step - (high_k - low_k)
                if vague[i]:
                    score = _fit_of_vague(
                        i, k, east, north, start, end, uncertainty, group, vague, weapon, weight, mean_east, mean_north, first,
                        last, arms, seed, gap_m, most_m, gap_s,
                    )  # fmt: skip
                else:
                    if start[i] - last[k] > gap_s or max(end[i], last[k]) - first[k] > most_s:
                        continue
                    across = max(east[i], far_east[k]) - min(east[i], west[k])
                    along = max(north[i], far_north[k]) - min(north[i], south[k])
                    if across * across + along * along > most_m * most_m:
                        continue
                    score = _fit(
                        i,
                        k,
                        east,
                        north,
                        start,
                        uncertainty,
                        weapon,
                        weight,
                        mean_east,
                        mean_north,
                        last,
                        arms,
                        gap_m,
                        most_m,
                        gap_s,
                    )
                if score < fit:
                    best, fit = k, score
            share = 1.0 / max(uncertainty[i], 50.0) ** 2
            if best < 0:
                if not vague[i]:
                    precise = count + 1
                best = count
                count += 1
                seed[best], first[best], last[best] = i, start[i], end[i]
                west[best], south[best], far_east[best], far_north[best] = east[i], north[i], east[i], north[i]
            incident[i] = made + best
            if vague[i] and not vague[seed[best]]:
                continue  # a vague report does not move or stretch what precise ones have drawn
            mean_east[best] = (mean_east[best] * weight[best] + east[i] * share) / (weight[best] + share)
            mean_north[best] = (mean_north[best] * weight[best] + north[i] * share) / (weight[best] + share)
            weight[best] += share
            west[best], far_east[best] = min(west[best], east[i]), max(far_east[best], east[i])
            south[best], far_north[best] = min(south[best], north[i]), max(far_north[best], north[i])
            last[best] = max(last[best], end[i])
            if weapon[i] >= 0:
                arms[best] = weapon[i]
        made += count


@numba.njit(cache=True)
def _fit(  # type: ignore[no-untyped-def]  # pragma: no cover  compiled
    i, k, east, north, start, uncertainty, weapon, weight, mean_east, mean_north, last, arms, gap_m, most_m, gap_s
):
    """How badly a precise observation fits an open incident, in squared standard deviations; infinite out of reach."""
    distance2 = (east[i] - mean_east[k]) ** 2 + (north[i] - mean_north[k]) ** 2
    own2 = uncertainty[i] ** 2 + 1.0 / weight[k]
    reach = min(gap_m + 2.0 * np.sqrt(own2), most_m)
    if distance2 > reach * reach:
        return np.inf
    silence = max(0.0, start[i] - last[k]) / (0.5 * gap_s)
    score = distance2 / (own2 + (0.5 * gap_m) ** 2) + silence * silence
    if weapon[i] >= 0 and arms[k] >= 0 and weapon[i] != arms[k]:
        score += OTHER_WEAPON
    return score


@numba.njit(cache=True)
def _fit_of_vague(  # type: ignore[no-untyped-def]  # pragma: no cover  compiled
    i, k, east, north, start, end, uncertainty, group, vague, weapon, weight, mean_east, mean_north, first, last, arms, seed,
    gap_m, most_m, gap_s,
):  # fmt: skip
    """How badly a vague observation fits an incident that its span could hold; infinite where it could not be of it."""
    if vague[seed[k]]:
        j = seed[k]
        if not linked(i, j, east, north, start, end, uncertainty, group, vague, gap_m, most_m, gap_s):
            return np.inf
    overlap = min(end[i], last[k]) - max(start[i], first[k])
    if overlap < 0.5 * (last[k] - first[k]) and not vague[seed[k]]:
        return np.inf
    distance2 = (east[i] - mean_east[k]) ** 2 + (north[i] - mean_north[k]) ** 2
    own2 = uncertainty[i] ** 2 + 1.0 / weight[k]
    reach = min(gap_m + 2.0 * np.sqrt(own2), most_m)
    if distance2 > reach * reach:
        return np.inf
    score = distance2 / (own2 + (0.5 * gap_m) ** 2)
    if weapon[i] >= 0 and arms[k] >= 0 and weapon[i] != arms[k]:
        score += OTHER_WEAPON
    return score
