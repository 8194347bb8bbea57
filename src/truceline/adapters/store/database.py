"""The SQLite side of the store: its tables, their append-only triggers, and connections that are safe to write with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from truceline.adapters.store.journal import journal_for
from truceline.values.errors import Problem, StoreRefused

SCHEMA_VERSION = 1

CHECKS = ("foreign_keys=ON", "trusted_schema=OFF", "cell_size_check=ON", "recursive_triggers=ON", "busy_timeout=10000")
"""Settings of every connection, before it reads anything; recursive triggers let REPLACE meet the trigger on DELETE."""

metadata = sa.MetaData()

meta = sa.Table("meta", metadata, sa.Column("key", sa.Text, primary_key=True), sa.Column("value", sa.Text, nullable=False))

run = sa.Table(
    "run",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("started_at", sa.Text, nullable=False),
    sa.Column("feed", sa.Text, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("file_sha256", sa.Text, nullable=False),
    *(
        sa.Column(name, sa.Integer, nullable=False)
        for name in ("received", "stored", "duplicate", "quarantined", "late", "conflicting", "outside_area")
    ),
)

part = sa.Table(
    "part",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run", sa.ForeignKey("run.number"), nullable=False, index=True),
    sa.Column("table_name", sa.Text, nullable=False),
    sa.Column("path", sa.Text, nullable=False, unique=True),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("bytes", sa.Integer, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("earliest", sa.Text),
    sa.Column("latest", sa.Text),
)

rejected = sa.Table(
    "rejected",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run", sa.ForeignKey("run.number"), nullable=False, index=True),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("line", sa.Integer),
    sa.Column("field", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

document = sa.Table(
    "document",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run", sa.ForeignKey("run.number"), nullable=False),
    sa.Column("name", sa.Text, nullable=False, index=True),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)


def _append_only(table: sa.Table) -> list[str]:
    """Triggers that refuse to change, delete or replace a row (REPLACE alone would bypass the one on DELETE)."""
    key = next(iter(table.primary_key)).name
    refuse = "BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END"
    taken = f"EXISTS (SELECT 1 FROM {table.name} WHERE {key} = NEW.{key})"  # noqa: S608  names are ours
    return [
        f"CREATE TRIGGER {table.name}_no_update BEFORE UPDATE ON {table.name} {refuse}",
        f"CREATE TRIGGER {table.name}_no_delete BEFORE DELETE ON {table.name} {refuse}",
        f"CREATE TRIGGER {table.name}_no_replace BEFORE INSERT ON {table.name} WHEN {taken} {refuse}",
    ]


def engine_for(path: Path) -> sa.Engine:
    """Engine whose connections are opened one at a time, checked and synchronised; transactions begin as the caller says."""
    engine = sa.create_engine(f"sqlite:///{path}", module=sqlite, poolclass=NullPool, connect_args={"timeout": 10})
    journal = journal_for(sqlite.sqlite_version_info)

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # no transaction begins unasked
        for pragma in CHECKS:
            connection.execute(f"PRAGMA {pragma}")
        mode = connection.execute(f"PRAGMA journal_mode={journal.mode}").fetchone()[0]
        if mode != journal.mode:
            connection.close()
            raise StoreRefused(
                Problem(
                    str(path),
                    f"journal mode {journal.mode}",
                    mode,
                    "Keep the store on a local disk and close other programs using it.",
                )
            )
        connection.execute(f"PRAGMA synchronous={journal.synchronous}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', 'DEFERRED')}")

    return engine


def create_schema(connection: sa.Connection) -> None:
    """Make the tables and triggers inside the caller's transaction, unless they are there."""
    if sa.inspect(connection).get_table_names():
        return
    metadata.create_all(connection)
    for table in metadata.sorted_tables:
        for trigger in _append_only(table):
            connection.exec_driver_sql(trigger)
    connection.execute(meta.insert().values(key="schema_version", value=str(SCHEMA_VERSION)))


def has_begun(connection: sa.Connection, path: Path) -> bool:
    """Whether the file is a store already; an empty one is what a writer leaves that dies before its first transaction.

    Raises StoreRefused for a store that a newer version wrote, and for a database that is none.
    """
    tables = sa.inspect(connection).get_table_names()
    if not tables:
        return False
    if "meta" not in tables:
        raise StoreRefused(Problem(str(path), "a store", "another database", "Choose another folder."))
    found = connection.execute(sa.select(meta.c.value).where(meta.c.key == "schema_version")).scalar_one()
    if int(found) > SCHEMA_VERSION:
        expected = f"a store of schema version {SCHEMA_VERSION} or earlier"
        raise StoreRefused(Problem(str(path), expected, f"version {found}", "Update Truceline; a newer version wrote this store."))
    return True
