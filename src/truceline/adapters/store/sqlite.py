"""The embedded system of record: SQLite names what exists, Parquet holds the tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pysqlite3.dbapi2 as sqlite
import sqlalchemy as sa

from truceline.adapters.store import database
from truceline.adapters.store.archive import Archive, Part, make_durable_folder, sha256_of, sync
from truceline.adapters.store.lock import WriterLock
from truceline.usecases.ports import Commit, Quarantined, Run
from truceline.values.errors import Problem, StoreRefused

DATABASE = "store.db"
ARCHIVE = "archive"
LOCK = "writer.lock"


class SqliteStore:
    """Append-only store in a folder: `store.db`, `archive/<table>/<run>.parquet` and the lock of the one writer.

    Nothing is made on disk before the first commit, so reading an empty mission leaves no trace. Every method raises
    StoreRefused where the store cannot be trusted; no other exception leaves it for what lies on disk.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / DATABASE
        self._archive = Archive(folder / ARCHIVE)
        self._lock = WriterLock(folder / LOCK)
        self._engine = database.engine_for(self._path)
        self._begun = False

    def close(self) -> None:
        """Let go of the database; the store can no longer be used."""
        self._engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer for the length of the block, so that what is read inside stays true until it is committed.

        The first time, parts that no transaction names are swept away: a writer before us died between part and name.
        """
        with self._refusing():
            make_durable_folder(self.folder)
        with self._lock.held() as taken:
            if taken:
                with self._refusing():
                    self._prepare()
            yield

    def commit(self, commit: Commit) -> int:
        """Make everything durable and return the run's number; raises StoreRefused and leaves nothing behind otherwise."""
        if not commit.run.balanced:
            raise StoreRefused(
                Problem(
                    f"run {commit.run.kind} {commit.run.file}".strip(),
                    "received = stored + duplicate + quarantined",
                    f"{commit.run.received} = {commit.run.stored} + {commit.run.duplicate} + {commit.run.quarantined}",
                )
            )
        with self.writing(), self._refusing():
            number = self._next_number()
            parts: list[Part] = []
            try:
                for name, frame in commit.tables.items():
                    if frame.height:
                        parts.append(self._archive.write(name, number, frame))
                self._record(number, commit, parts)
            except BaseException:
                self._withdraw(number, parts)
                raise
            return number

    def scan(self, table: str, *, after_run: int = 0) -> pl.LazyFrame:
        """Return all rows of a table from runs later than `after_run`, in order of commit, with the column `run`."""
        query = (
            sa.select(database.part.c.path, database.part.c.bytes)
            .where(database.part.c.table_name == table, database.part.c.run > after_run)
            .order_by(database.part.c.run)
        )
        named = self._read(query)
        with self._refusing():
            for row in named:
                self._check_size(row.path, row.bytes)
            return self._archive.scan(table, [row.path for row in named])

    def runs(self, kind: str | None = None) -> Sequence[tuple[int, Run]]:
        """Return all runs with their numbers, oldest first."""
        query = sa.select(database.run).order_by(database.run.c.number)
        if kind is not None:
            query = query.where(database.run.c.kind == kind)
        return [(row.number, _run(row)) for row in self._read(query)]

    def quarantine(self, run: int | None = None) -> Sequence[Quarantined]:
        """Return what is in quarantine, oldest first."""
        query = sa.select(database.rejected).order_by(database.rejected.c.id)
        if run is not None:
            query = query.where(database.rejected.c.run == run)
        return [Quarantined(**row._mapping) for row in self._read(query)]

    def document(self, name: str) -> bytes | None:
        """Return the newest document of that name, or None."""
        table = database.document.c
        rows = self._read(sa.select(table.content).where(table.name == name).order_by(table.id.desc()).limit(1))
        return bytes(rows[0].content) if rows else None

    def documents(self, prefix: str) -> Sequence[str]:
        """Return the names of documents that start with a prefix, sorted."""
        name = database.document.c.name
        begins = sa.func.substr(name, 1, len(prefix)) == prefix  # not LIKE, which takes capitals for small letters
        return [row.name for row in self._read(sa.select(name).where(begins).distinct().order_by(name))]

    def verify(self) -> Sequence[str]:
        """Return one sentence for every part or document whose bytes are not what was committed."""
        parts = self._read(sa.select(database.part).order_by(database.part.c.id))
        wrong = [sentence for row in parts if (sentence := self._difference(row))]
        documents = self._read(sa.select(database.document).order_by(database.document.c.id))
        wrong += [
            f"Document {row.name} of run {row.run} is not what was committed."
            for row in documents
            if hashlib.sha256(row.content).hexdigest() != row.sha256
        ]
        integrity = self._read(sa.text("PRAGMA integrity_check"))
        return wrong + [f"Database {DATABASE}: {row[0]}." for row in integrity if row[0] != "ok"]

    def _prepare(self) -> None:
        with self._engine.connect().execution_options(begin="IMMEDIATE") as connection, connection.begin():
            database.create_schema(connection)
            database.has_begun(connection, self._path)
        sync(self.folder)
        self._archive.sweep({row.path for row in self._read(sa.select(database.part.c.path))})

    def _next_number(self) -> int:
        rows = self._read(sa.select(sa.func.coalesce(sa.func.max(database.run.c.number), 0)))
        return int(rows[0][0]) + 1

    def _record(self, number: int, commit: Commit, parts: Sequence[Part]) -> None:
        """The one transaction that makes the run exist."""
        values = asdict(commit.run) | {"number": number, "started_at": commit.run.started_at.isoformat()}
        with self._engine.connect().execution_options(begin="IMMEDIATE") as connection, connection.begin():
            connection.execute(database.run.insert().values(values))
            for table, rows in (
                (database.part, [_part_row(number, part) for part in parts]),
                (database.rejected, [{**asdict(row), "run": number, "file": commit.run.file} for row in commit.rejected]),
                (database.document, [_document_row(number, name, content) for name, content in commit.documents.items()]),
            ):
                if rows:
                    connection.execute(table.insert(), rows)

    def _withdraw(self, number: int, parts: Sequence[Part]) -> None:
        """Remove a failed run's parts, but only when it is sure that no transaction names them."""
        try:
            recorded = self._read(sa.select(database.run.c.number).where(database.run.c.number == number))
        except StoreRefused:
            return  # cannot tell: the next writer's sweep will
        if not recorded:
            self._archive.remove(part.path for part in parts)

    def _read(self, query: sa.Executable) -> Sequence[sa.Row[Any]]:
        if not self._path.exists():
            return []
        with self._refusing(), self._engine.connect() as connection:
            if not self._begun:
                self._begun = database.has_begun(connection, self._path)
            return connection.execute(query).all() if self._begun else []

    def _check_size(self, name: str, size: int) -> None:
        path = self._archive.folder / name
        found = path.stat().st_size if path.is_file() else None
        if found != size:
            raise StoreRefused(
                Problem(
                    str(path),
                    f"{size:,} bytes as committed",
                    "no file" if found is None else f"{found:,} bytes",
                    "Restore it from a copy; see: truceline store verify",
                )
            )

    def _difference(self, row: sa.Row[Any]) -> str | None:
        path = self._archive.folder / row.path
        if not path.is_file():
            return f"Part {row.path} of run {row.run} is missing."
        if path.stat().st_size != row.bytes or sha256_of(path) != row.sha256:
            return f"Part {row.path} of run {row.run} is not what was committed."
        return None

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """Turn what the disk or the database reports into the store's own refusal."""
        try:
            yield
        except sa.exc.DBAPIError as error:
            raise StoreRefused(self._unusable(str(error.orig))) from error
        except (sa.exc.SQLAlchemyError, sqlite.Error, OSError, ValueError, pl.exceptions.PolarsError) as error:
            raise StoreRefused(self._unusable(str(error))) from error

    def _unusable(self, found: str) -> Problem:
        return Problem(
            str(self.folder), "a store that can be read and written", found, "Nothing was changed. Check disk and rights."
        )


def _run(row: sa.Row[Any]) -> Run:
    values = {field.name: getattr(row, field.name) for field in fields(Run)}
    return Run(**values | {"started_at": datetime.fromisoformat(row.started_at)})


def _part_row(number: int, part: Part) -> dict[str, Any]:
    return {
        "run": number,
        "table_name": part.table,
        "path": part.path,
        "sha256": part.sha256,
        "bytes": part.bytes,
        "rows": part.rows,
        "earliest": part.earliest.isoformat() if part.earliest else None,
        "latest": part.latest.isoformat() if part.latest else None,
    }


def _document_row(number: int, name: str, content: bytes) -> dict[str, Any]:
    return {"run": number, "name": name, "sha256": hashlib.sha256(content).hexdigest(), "content": content}
