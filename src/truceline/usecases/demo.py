"""The demonstration: plays a made-up month day by day through the whole watch, and sets what it found beside what was true."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from truceline.exercise.play import Delivery, Play
from truceline.exercise.score import Found, Score, Tally, score, tally
from truceline.usecases.current import current_findings, current_incidents, current_membership
from truceline.usecases.ingest import ingest
from truceline.usecases.ports import FeedReader, Run
from truceline.usecases.watch import watch
from truceline.usecases.workspace import Workspace


class Bench(Protocol):
    """What the demonstration needs from outside: a place for files, an opened mission at a set time, and readers."""

    def write(self, delivery: Delivery) -> Path:
        """Put a delivered file where a reader can find it."""

    def open_at(self, now: datetime) -> AbstractContextManager[Workspace]:
        """Open the mission with a clock that stands at an instant."""

    def reader(self, feed: str, workspace: Workspace) -> FeedReader:
        """The reader of a feed."""


@dataclass(frozen=True, slots=True)
class Watchkeeping:
    """Books and tally of a played month."""

    runs: tuple[Run, ...]
    tally: Tally


def keep_watch(play: Play, bench: Bench, step: Callable[[int], None] = lambda _: None) -> Watchkeeping:
    """Ingest and watch day by day as the files come in, then count what was right."""
    runs: list[Run] = []
    for period in play.periods:
        delivered = [
            delivery for delivery in play.deliveries if period.end <= delivery.received_at < period.end + timedelta(days=1)
        ]
        received = period.end + timedelta(hours=1)
        with bench.open_at(received) as workspace:
            for delivery in delivered:
                reader = bench.reader(delivery.feed, workspace)
                runs += ingest(reader, [bench.write(delivery)], workspace.store, workspace.clock, workspace.mission)
        with bench.open_at(received + timedelta(minutes=30)) as workspace:
            watch(workspace)
        step(1)
    with bench.open_at(play.periods[-1].end + timedelta(hours=2)) as workspace:
        found = Found(
            observations=workspace.store.scan("observation").collect(),
            incidents=current_incidents(workspace.store).collect(),
            membership=current_membership(workspace.store).collect(),
            findings=current_findings(workspace.store).collect(),
        )
        counted = tally(play, found, workspace.agreement, workspace.geography)
    return Watchkeeping(tuple(runs), counted)


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
