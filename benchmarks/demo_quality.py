"""What the watch finds in made-up months against what was true, beside linking by connected components alone.

    python -m benchmarks.demo_quality [--seeds 1-3] [--days 30]

Prints one line a month and the figures of all months together. The bars: pairs F1 0.9, right findings 0.95, calibration error 0.05,
and no 'kept' where nobody watched.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import polars as pl

from truceline.exercise.play import Play
from truceline.exercise.scenario import Scenario
from truceline.exercise.score import Found, Score, Tally, matched_pairs, score
from truceline.incidents.linking import components, points_of
from truceline.incidents.update import linkable
from truceline.usecases.demo import found_in, keep_watch
from truceline.wiring import DemoBench, make_demo_mission, open_mission


def month(seed: int, days: int) -> tuple[Tally, tuple[int, int, int]]:
    """The tally of one month, and the pairs of the naive peer on the same observations."""
    with tempfile.TemporaryDirectory() as folder:
        played = make_demo_mission(Path(folder) / "mission", Scenario(seed=seed, days=days))
        with open_mission(Path(folder) / "mission") as workspace:
            kept = keep_watch(played, workspace, DemoBench(workspace.folder))
            return kept.tally, naive_pairs(played, found_in(workspace), workspace.mission)


def naive_pairs(played: Play, found: Found, mission: object) -> tuple[int, int, int]:
    """Pairs when every connected component of the same link graph is taken for one incident."""
    settings, plane = mission.linking, mission.plane  # type: ignore[attr-defined]  # a Mission
    rows = linkable(found.observations.drop("run"))
    component = components(points_of(rows, settings, plane), settings)
    membership = pl.DataFrame({"incident_id": component, "observation_id": rows["observation_id"]})
    return matched_pairs(played, found.observations, membership)


def f1(pairs: list[tuple[int, int, int]]) -> float:
    """F1 of pairs, added up over months."""
    both, found, true = (sum(item[place] for item in pairs) for place in range(3))
    return 2 * both / (found + true)


def line(name: str, result: Score, naive: float) -> str:
    """The figures of one row."""
    parts = (
        f"{name:>8}  F1 {result.pair_f1:.3f} (components alone {naive:.3f})",
        f"right {result.right_findings:.3f} of {result.decided_findings:,} decided ({result.decided_share:.0%})",
        f"party {result.responsible_right:.3f} of {result.responsible_named:,}",
        f"kept {result.silent_kept_right:.3f} of {result.silent_kept:,}, unseen {result.kept_unseen}",
        f"calibration {result.calibration_error:.3f}",
        f"found {result.found_exchanges:.2f} of {result.true_exchanges:,}",
    )
    return "  ".join(parts)


def main() -> None:
    """Run the months and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="1-3", help="first-last")
    parser.add_argument("--days", type=int, default=30)
    asked = parser.parse_args()
    first, last = (int(part) for part in asked.seeds.split("-"))
    tallies, naive = [], []
    for seed in range(first, last + 1):
        tally, pairs = month(seed, asked.days)
        tallies.append(tally)
        naive.append(pairs)
        print(line(f"seed {seed}", score([tally]), f1([pairs])), flush=True)
    together = score(tallies)
    print(line("together", together, f1(naive)))
    print("reliability (said, happened, incidents):", "  ".join(f"{a:.2f} {b:.2f} {n}" for a, b, n in together.reliability))


if __name__ == "__main__":
    main()
