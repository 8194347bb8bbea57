"""Linking a million points within 1 km and 1 day: our kernel beside cKDTree with components and scikit-learn's ball tree.

    python -m benchmarks.linking [--points 1000000]

All give the same components, which is checked. The ball tree finds pairs by distance alone and filters them by time; it runs on a
tenth of the points, and its time is given for those.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from sklearn.neighbors import BallTree

from truceline.incidents.linking import Points, components
from truceline.incidents.settings import LinkingSettings

SETTINGS = LinkingSettings(largest_gap_km=1, longest_gap_min=1440, largest_extent_km=1, vague_after_h=1)
Ints = npt.NDArray[np.int64]


def points(size: int, seed: int = 1) -> Points:
    """Points over 800 by 400 km and a year, nearly half of them in bursts, exact in place and time."""
    rng = np.random.default_rng(seed)
    east, north, start = rng.uniform(0, 800e3, size), rng.uniform(0, 400e3, size), rng.uniform(0, 365 * 86_400, size)
    burst = rng.random(size) < 0.45
    of = rng.integers(0, max(size // 20, 1), burst.sum())
    east[burst] = rng.uniform(0, 800e3, size)[of] + rng.normal(0, 700, burst.sum())
    north[burst] = rng.uniform(0, 400e3, size)[of] + rng.normal(0, 700, burst.sum())
    start[burst] = rng.uniform(0, 365 * 86_400, size)[of] + rng.uniform(0, 2 * 86_400, burst.sum())
    exact, group = np.zeros(size), np.zeros(size, np.int64)
    return Points(east, north, start, start, exact, group, np.zeros(size, bool))


def by_tree(at: Points) -> Ints:
    """Components by SciPy's cKDTree over place and time in the largest norm, filtered, and its connected components."""
    scaled = np.column_stack([at.east / 1000, at.north / 1000, at.start / 86_400])
    pairs = cKDTree(scaled).query_pairs(1.0, p=np.inf, output_type="ndarray")
    away = np.hypot(*(scaled[pairs[:, 0], :2] - scaled[pairs[:, 1], :2]).T)
    return _components(pairs[away <= 1.0], len(at.east))


def by_ball_tree(at: Points) -> Ints:
    """Components by scikit-learn's ball tree over place, filtered by time."""
    place = np.column_stack([at.east, at.north])
    found = BallTree(place).query_radius(place, 1000.0)
    one = np.repeat(np.arange(len(place)), [len(near) for near in found])
    other = np.concatenate(found)
    near_in_time = np.abs(at.start[one] - at.start[other]) <= 86_400
    return _components(np.column_stack([one, other])[near_in_time], len(place))


def _components(pairs: Ints, size: int) -> Ints:
    graph = coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def timed(name: str, make: Callable[[], Ints]) -> tuple[Ints, float]:
    """Run once and print the seconds."""
    start = time.perf_counter()
    found = make()
    seconds = time.perf_counter() - start
    print(f"  {name:<38} {seconds:8.2f} s   {len(np.unique(found)):,} components", flush=True)
    return found, seconds


def same(one: Ints, other: Ints) -> bool:
    """Whether two labellings part the points alike."""
    pairs = np.unique(np.column_stack([one, other]), axis=0)
    return len(pairs) == len(np.unique(one)) == len(np.unique(other))


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=1_000_000)
    size = parser.parse_args().points
    components(points(1000), SETTINGS)  # compiled once, before the clock starts
    many, few = points(size), points(size // 10)
    ours, our_seconds = timed(f"truceline, {size:,} points", lambda: components(many, SETTINGS))
    tree, tree_seconds = timed(f"cKDTree, {size:,} points", lambda: by_tree(many))
    assert same(ours, tree)
    ours_few, few_seconds = timed(f"truceline, {size // 10:,} points", lambda: components(few, SETTINGS))
    ball, ball_seconds = timed(f"ball tree, {size // 10:,} points", lambda: by_ball_tree(few))
    assert same(ours_few, ball)
    print(f"  ratio: cKDTree / truceline {tree_seconds / our_seconds:.1f}, ball tree / truceline {ball_seconds / few_seconds:.1f}")


if __name__ == "__main__":
    main()
