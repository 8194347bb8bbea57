"""One version of the line of contact on a plane: which side, how far, how far along; vectorised over points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Nearest:
    """For each of n points, the nearest spot on the line: metres away (positive on the left) and metres along, shape (n,).

    `margin_m` is how far the place lies from where sides would change: the distance, but beyond an end of the line only the
    distance from its extension. A place 30 km past the end and 100 m off its extension is hardly on a side.
    """

    signed_m: Floats
    along_m: Floats
    margin_m: Floats


class DrawnLine:
    """A line of one or more parts, walked from its first point to its last; coordinates in metres on a plane.

    Parameters
    ----------
    parts
        Arrays of shape (k, 2), k >= 2: east and north of the vertices of each part, in order.
    """

    def __init__(self, parts: Sequence[Floats]) -> None:
        starts, ends, alongs, tangent_start, tangent_end, first, last = [], [], [], [], [], [], []
        walked = 0.0
        for part in _joined(parts):
            steps = np.diff(part, axis=0)
            lengths = np.hypot(steps[:, 0], steps[:, 1])
            part = part[np.r_[True, lengths > 0]]
            steps, lengths = steps[lengths > 0], lengths[lengths > 0]
            direction = steps / lengths[:, None]
            # At a vertex the side is told by the mean of both directions: either one alone is wrong on the outside of a sharp bend.
            joint = direction[:-1] + direction[1:]
            starts.append(part[:-1])
            ends.append(part[1:])
            alongs.append(walked + np.r_[0.0, np.cumsum(lengths)[:-1]])
            tangent_start.append(np.vstack([direction[:1], joint]))
            tangent_end.append(np.vstack([joint, direction[-1:]]))
            first.append(np.arange(len(lengths)) == 0)
            last.append(np.arange(len(lengths)) == len(lengths) - 1)
            walked += float(lengths.sum())
        self.length_m = walked
        self._start, self._end = np.vstack(starts), np.vstack(ends)
        self._along = np.concatenate(alongs)
        self._tangent_start, self._tangent_end = np.vstack(tangent_start), np.vstack(tangent_end)
        self._first, self._last = np.concatenate(first), np.concatenate(last)
        self._tree = shapely.STRtree(shapely.linestrings(np.stack([self._start, self._end], axis=1)))

    def nearest(self, east: Floats, north: Floats) -> Nearest:
        """Signed distance, distance along and margin for points, each of shape (n,), in metres; NaN where a coordinate is."""
        signed, along, margin = np.full((3, len(east)), np.nan)
        known = np.isfinite(east) & np.isfinite(north)
        if known.any():
            points = np.column_stack([east[known], north[known]])
            segment = self._tree.query_nearest(shapely.points(points), all_matches=False)[1]
            signed[known], along[known], margin[known] = self._measure(points, segment)
        return Nearest(signed, along, margin)

    def _measure(self, points: Floats, segment: npt.NDArray[np.intp]) -> tuple[Floats, Floats, Floats]:
        start, end = self._start[segment], self._end[segment]
        step = end - start
        length = np.hypot(step[:, 0], step[:, 1])
        share = np.clip(((points - start) * step).sum(axis=1) / length**2, 0, 1)
        offset = points - (start + share[:, None] * step)
        tangent = np.where(
            (share == 0)[:, None],
            self._tangent_start[segment],
            np.where((share == 1)[:, None], self._tangent_end[segment], step),
        )
        cross = tangent[:, 0] * offset[:, 1] - tangent[:, 1] * offset[:, 0]
        distance = np.hypot(offset[:, 0], offset[:, 1])
        past_an_end = ((share == 0) & self._first[segment]) | ((share == 1) & self._last[segment])
        margin = np.where(past_an_end, np.abs(cross), distance)  # the tangent at an end has length one
        return np.where(cross >= 0, distance, -distance), self._along[segment] + share * length, margin

    def beside(self, along_m: Floats, offset_m: Floats) -> tuple[Floats, Floats]:
        """East and north of points at distances along the line, moved to the left by offsets, each of shape (n,)."""
        segment = np.clip(np.searchsorted(self._along, along_m, side="right") - 1, 0, len(self._along) - 1)
        step = self._end[segment] - self._start[segment]
        direction = step / np.hypot(step[:, 0], step[:, 1])[:, None]
        spot = self._start[segment] + direction * (along_m - self._along[segment])[:, None]
        return spot[:, 0] - direction[:, 1] * offset_m, spot[:, 1] + direction[:, 0] * offset_m


def _joined(parts: Sequence[Floats]) -> list[Floats]:
    """The parts, those that go on where the one before ended joined into one: a drawing's cut is no end of the line."""
    joined: list[Floats] = []
    for part in parts:
        if joined and np.array_equal(joined[-1][-1], part[0]):
            joined[-1] = np.vstack([joined[-1], part[1:]])
        else:
            joined.append(part)
    return joined
