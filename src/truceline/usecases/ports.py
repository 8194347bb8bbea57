"""The small ports through which the outside world comes in; `wiring` chooses who fulfils them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

import polars as pl


class Clock(Protocol):
    """Tells the time; tests and the demo set it."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """One row or file that a reader could not take: its bytes are kept until somebody mends or dismisses it."""

    line: int | None
    field: str
    reason: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """What a reader found in one chunk of a file; every input row is in exactly one of the three.

    `observations` and `exposures` follow OBSERVATION and EXPOSURE without the columns that ingest fills
    (recorded_at, late, conflicting, inside_area).
    """

    observations: pl.DataFrame
    exposures: pl.DataFrame
    rejected: tuple[Rejected, ...] = ()


class FeedReader(Protocol):
    """Turns one kind of file into batches; raises InvalidFeed when the file as a whole cannot be read."""

    name: str

    def read(self, path: Path, received_at: datetime) -> Iterator[Batch]:
        """Yield the batches of a file, in file order."""


@dataclass(frozen=True, slots=True)
class Run:
    """One closed run of ingest or watch: what came in and where it went."""

    kind: str
    started_at: datetime
    feed: str = ""
    file: str = ""
    file_sha256: str = ""
    received: int = 0
    stored: int = 0
    duplicate: int = 0
    quarantined: int = 0
    late: int = 0
    conflicting: int = 0
    outside_area: int = 0

    @property
    def balanced(self) -> bool:
        """Whether the books close: received = stored + duplicate + quarantined."""
        return self.received == self.stored + self.duplicate + self.quarantined


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A rejected row as the store keeps it."""

    id: int
    run: int
    file: str
    line: int | None
    field: str
    reason: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Commit:
    """Everything that one run makes durable, all of it or nothing."""

    run: Run
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    rejected: Sequence[Rejected] = ()
    documents: Mapping[str, bytes] = field(default_factory=dict)


class Store(Protocol):
    """Append-only system of record: tables in parts, documents by name, the books of every run.

    Order of a commit: each Parquet part written, synced, renamed, its folder synced, then one SQLite transaction names the
    parts. A part that no transaction names does not exist.
    """

    def writing(self) -> AbstractContextManager[None]:
        """Be the one writer for the length of the block: what is read inside stays true until it is committed."""

    def commit(self, commit: Commit) -> int:
        """Make everything durable and return the run's number; raises StoreRefused and leaves nothing behind otherwise."""

    def scan(self, table: str, *, after_run: int = 0) -> pl.LazyFrame:
        """Return all rows of a table from runs later than `after_run`, in order of commit, with the column `run`."""

    def runs(self, kind: str | None = None) -> Sequence[tuple[int, Run]]:
        """Return all runs with their numbers, oldest first."""

    def quarantine(self, run: int | None = None) -> Sequence[Quarantined]:
        """Return what is in quarantine, oldest first."""

    def document(self, name: str) -> bytes | None:
        """Return the newest document of that name, or None."""

    def documents(self, prefix: str) -> Sequence[str]:
        """Return the names of documents that start with a prefix, sorted."""

    def verify(self) -> Sequence[str]:
        """Return one sentence for every part or document whose bytes are not what was committed."""
