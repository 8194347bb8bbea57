"""The demonstration: plays a made-up month day by day through the whole watch, and sets what it found beside what was true."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from truceline.exercise.play import Delivery, Play
from truceline.exercise.score import Found, Score, Tally, score, tally
from truceline.usecases.current import current_findings, current_incidents, current_membership
from truceline.usecases.ingest import ingest
from truceline.usecases.ports import Clock, FeedReader, Run
from truceline.usecases.watch import watch
from truceline.usecases.workspace import Workspace


class Bench(Protocol):
    """What the demonstration needs from outside: a place for files, readers, and clocks that stand."""

    def write(self, delivery: Delivery) -> Path:
        """Put a delivered file where a reader can find it."""

    def reader(self, feed: str, workspace: Workspace) -> FeedReader:
        """The reader of a feed."""

    def clock(self, now: datetime) -> Clock:
        """A clock that stands at an instant."""


@dataclass(frozen=True, slots=True)
class Watchkeeping:
    """Books and tally of a played month."""

    runs: tuple[Run, ...]
    tally: Tally


def keep_watch(play: Play, workspace: Workspace, bench: Bench, step: Callable[[int], None] = lambda _: None) -> Watchkeeping:
    """Ingest and watch day by day as the files come in, then count what was right."""
    runs: list[Run] = []
    readers = {feed: bench.reader(feed, workspace) for feed in sorted({delivery.feed for delivery in play.deliveries})}
    for period in play.periods:
        received = bench.clock(period.end + timedelta(hours=1))
        for delivery in play.deliveries:
            if period.end <= delivery.received_at < period.end + timedelta(days=1):
                path = bench.write(delivery)
                runs += ingest(readers[delivery.feed], [path], workspace.store, received, workspace.mission)
        watch(replace(workspace, clock=bench.clock(period.end + timedelta(hours=1, minutes=30))))
        step(1)
    return Watchkeeping(tuple(runs), tally(play, found_in(workspace), workspace.agreement, workspace.geography))


def found_in(workspace: Workspace) -> Found:
    """What the mission's store holds now, for scoring."""
    store = workspace.store
    return Found(
        observations=store.scan("observation").collect(),
        incidents=current_incidents(store).collect(),
        membership=current_membership(store).collect(),
        findings=current_findings(store).collect(),
    )


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demonstration shows: books, the score, and where the report lies."""

    runs: tuple[Run, ...]
    score: Score
    report_path: str

    def to_json(self) -> dict[str, Any]:
        """Return books and figures by name."""
        return {"books": self._books(), "score": self.score.to_json(), "report": self.report_path}

    def tables(self) -> list[tuple[str, Sequence[str], list[tuple[str, ...]]]]:
        """Tables for the terminal: title, headings, rows."""
        books = self._books()
        rows: list[tuple[str, ...]] = [(name, f"{value:,}") for name, value in books.items()]
        return [
            ("Books of the month", ["", "rows"], rows),
            ("What was found, against what was true", ["question", "found"], self._answers()),
            ("Reliability of incident probabilities", ["said", "happened", "incidents"], self._reliability()),
        ]

    def _books(self) -> dict[str, int]:
        names = ("received", "stored", "duplicate", "quarantined", "late", "conflicting")
        return {"files": len(self.runs), **{name: sum(getattr(run, name) for run in self.runs) for name in names}}

    def _answers(self) -> list[tuple[str, ...]]:
        found = self.score
        return [
            ("pairs of reports rightly put together (F1)", f"{found.pair_f1:.3f}"),
            ("findings right, of those decided", f"{found.right_findings:.3f} of {found.decided_findings:,}"),
            ("findings decided; the others say what is missing", f"{found.decided_share:.3f}"),
            ("party rightly named, of those named", f"{found.responsible_right:.3f} of {found.responsible_named:,}"),
            ("silent sectors and days rightly 'kept'", f"{found.silent_kept_right:.3f} of {found.silent_kept:,}"),
            ("'kept' where nobody watched", f"{found.kept_unseen}"),
            ("true exchanges of fire found", f"{found.found_exchanges:.3f} of {found.true_exchanges:,}"),
            ("calibration error of probabilities", f"{found.calibration_error:.3f} over {found.incidents:,} incidents"),
        ]

    def _reliability(self) -> list[tuple[str, ...]]:
        return [(f"{said:.2f}", f"{happened:.2f}", f"{count:,}") for said, happened, count in self.score.reliability]


def demo_result(kept: Watchkeeping, report_path: str) -> DemoResult:
    """The result of one played month."""
    return DemoResult(kept.runs, score([kept.tally]), report_path)
