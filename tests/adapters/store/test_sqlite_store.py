"""The SQLite store fulfils the port, and what only it promises: order on disk, one writer, append-only, trusted journal."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
import pysqlite3.dbapi2 as sqlite
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from contract import StoreContract, commit_of, observations, run_of

from truceline.adapters.store import SqliteStore
from truceline.adapters.store.archive import Archive
from truceline.adapters.store.journal import DELETE_EXTRA, WAL_FULL, Journal, journal_for
from truceline.usecases.ports import Commit, Rejected
from truceline.values.errors import StoreRefused


class TestSqliteStore(StoreContract):
    def open_store(self, folder: Path) -> SqliteStore:
        return SqliteStore(folder / ".truceline")


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / ".truceline")


@pytest.mark.parametrize(
    ("version", "journal"),
    [
        ((3, 6, 23), DELETE_EXTRA),
        ((3, 40, 1), DELETE_EXTRA),
        ((3, 44, 5), DELETE_EXTRA),
        ((3, 44, 6), WAL_FULL),
        ((3, 45, 0), DELETE_EXTRA),
        ((3, 50, 6), DELETE_EXTRA),
        ((3, 50, 7), WAL_FULL),
        ((3, 51, 1), DELETE_EXTRA),
        ((3, 51, 2), DELETE_EXTRA),
        ((3, 51, 3), WAL_FULL),
        ((3, 53, 4), WAL_FULL),
    ],
)
def test_the_write_ahead_log_is_used_only_where_its_reset_is_sound(version: tuple[int, int, int], journal: Journal) -> None:
    assert journal_for(version) == journal


def test_connections_run_with_the_journal_and_the_checks_they_were_promised(store: SqliteStore) -> None:
    store.commit(commit_of(1))
    with store._engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema", "cell_size_check", "recursive_triggers")
        }
    journal = journal_for(sqlite.sqlite_version_info)
    assert found == {
        "journal_mode": journal.mode,
        "synchronous": {"FULL": 2, "EXTRA": 3}[journal.synchronous],
        "foreign_keys": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "recursive_triggers": 1,
    }


def test_a_defective_library_falls_back_to_the_rollback_journal_and_still_commits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "sqlite_version_info", (3, 40, 1))
    store = SqliteStore(tmp_path)
    store.commit(commit_of(1))
    with store._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 3
    assert store.verify() == []


def test_reading_an_empty_mission_leaves_no_trace(store: SqliteStore) -> None:
    store.scan("observation").collect()
    assert not store.folder.exists()


@pytest.mark.parametrize("table", ["run", "part", "rejected", "document", "meta"])
@pytest.mark.parametrize("change", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "INSERT OR REPLACE INTO {0} SELECT * FROM {0}"])
def test_no_row_can_be_changed_deleted_or_replaced(store: SqliteStore, table: str, change: str) -> None:
    store.commit(
        Commit(
            run_of(), tables={"observation": observations(1)}, rejected=[Rejected(1, "time", "bad", b"x")], documents={"a": b"b"}
        )
    )
    store.close()
    connection = sqlite.connect(str(store.folder / "store.db"))
    column = "value" if table == "meta" else "run" if table != "run" else "feed"
    with pytest.raises(sqlite.IntegrityError, match="append-only"):
        connection.execute(change.format(table, column))
    connection.close()


def test_a_second_writer_is_told_at_once_and_may_write_when_the_first_has_finished(store: SqliteStore) -> None:
    second = SqliteStore(store.folder)
    with store.writing():
        with pytest.raises(StoreRefused, match="only writer"):
            second.commit(commit_of(1))
        assert second.scan("observation").collect().height == 0  # reading goes on
    assert second.commit(commit_of(1)) == 1


def test_parts_that_no_transaction_names_are_swept_when_the_next_writer_opens(store: SqliteStore) -> None:
    store.commit(commit_of(1))
    folder = store.folder / "archive" / "observation"
    (folder / "00000002.parquet").write_bytes(b"orphan")
    (folder / "00000003.parquet.unfinished").write_bytes(b"half")
    assert store.scan("observation").collect().height == 1
    again = SqliteStore(store.folder)
    assert again.commit(commit_of(2)) == 2
    assert sorted(path.name for path in folder.iterdir()) == ["00000001.parquet", "00000002.parquet"]
    assert again.verify() == []


@pytest.mark.parametrize("failing", ["rename", "record"])
def test_a_failure_at_any_step_leaves_nothing_visible(store: SqliteStore, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    store.commit(commit_of(1))

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(*{"rename": (Path, "rename", fail), "record": (SqliteStore, "_record", fail)}[failing])
        with pytest.raises(StoreRefused, match="No space left"):
            store.commit(commit_of(2))
    assert [path.name for path in (store.folder / "archive" / "observation").iterdir()] == ["00000001.parquet"]
    assert store.commit(commit_of(3)) == 2
    assert store.scan("observation").collect()["observation_id"].to_list() == [1, 3]


def test_every_step_of_the_commit_comes_in_the_promised_order(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    _trace(monkeypatch, steps)
    store.commit(commit_of(1))
    assert steps[-5:] == ["written", "synced file", "renamed", "synced folder", "named"]


def test_a_part_named_before_it_was_written_is_found(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Positive control of the order: had the name come first and the power been cut before the part, both readers notice."""

    def name_first(self: Archive, table: str, run: int, frame: pl.DataFrame) -> object:
        part = write(self, table, run, frame)
        (self.folder / part.path).unlink()  # the transaction below will name what is not there
        return part

    write = Archive.write
    monkeypatch.setattr(Archive, "write", name_first)
    store.commit(commit_of(1))
    assert store.verify() == ["Part observation/00000001.parquet of run 1 is missing."]
    with pytest.raises(StoreRefused, match="no file"):
        store.scan("observation")


def test_any_changed_byte_of_a_part_or_document_is_named(store: SqliteStore) -> None:
    store.commit(Commit(run_of(), tables={"observation": observations(1)}, documents={"report": b"as published"}))
    part = store.folder / "archive" / "observation" / "00000001.parquet"
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)
    store.close()
    connection = sqlite.connect(str(store.folder / "store.db"))
    connection.execute("DROP TRIGGER document_no_update")
    connection.execute("UPDATE document SET content = CAST('as falsified' AS BLOB)")
    connection.commit()
    connection.close()
    assert SqliteStore(store.folder).verify() == [
        "Part observation/00000001.parquet of run 1 is not what was committed.",
        "Document report of run 1 is not what was committed.",
    ]


def test_a_store_of_a_newer_version_is_refused(store: SqliteStore) -> None:
    store.commit(commit_of(1))
    store.close()
    connection = sqlite.connect(str(store.folder / "store.db"))
    connection.execute("DROP TRIGGER meta_no_update")
    connection.execute("UPDATE meta SET value = '99'")
    connection.commit()
    connection.close()
    for use in (lambda s: s.commit(commit_of(2)), lambda s: s.runs()):
        with pytest.raises(StoreRefused, match="newer version"):
            use(SqliteStore(store.folder))


def test_a_store_whose_first_writer_died_before_its_first_transaction_is_empty(store: SqliteStore) -> None:
    store.folder.mkdir()
    sqlite.connect(str(store.folder / "store.db")).execute("PRAGMA journal_mode=wal").connection.close()
    assert (store.folder / "store.db").exists()
    assert store.runs() == []
    assert store.commit(commit_of(1)) == 1
    assert len(store.runs()) == 1


def test_another_programs_database_is_refused(store: SqliteStore) -> None:
    store.folder.mkdir()
    connection = sqlite.connect(str(store.folder / "store.db"))
    connection.execute("CREATE TABLE song (title TEXT)")
    connection.close()
    for use in (lambda s: s.runs(), lambda s: s.commit(commit_of(1))):
        with pytest.raises(StoreRefused, match="another database"):
            use(store)


def test_a_file_that_is_no_database_is_refused_plainly(store: SqliteStore) -> None:
    store.folder.mkdir()
    (store.folder / "store.db").write_bytes(b"not a database, whatever its name says" * 100)
    with pytest.raises(StoreRefused, match="not a database"):
        store.runs()
    with pytest.raises(StoreRefused, match="not a database"):
        store.commit(commit_of(1))


def test_a_part_from_before_a_column_was_added_still_reads(store: SqliteStore) -> None:
    store.commit(commit_of(1))
    part = store.folder / "archive" / "observation" / "00000001.parquet"
    archive = Archive(store.folder / "archive")
    pl.read_parquet(part).drop("synthetic").write_parquet(part)
    found = archive.scan("observation", ["observation/00000001.parquet"]).collect()
    assert found["synthetic"].to_list() == [None]


def _trace(monkeypatch: pytest.MonkeyPatch, steps: list[str]) -> None:
    from truceline.adapters.store import archive

    def traced(owner: object, name: str, label: object) -> None:
        real = getattr(owner, name)

        def call(*args: object, **kwargs: object) -> object:
            result = real(*args, **kwargs)
            steps.append(label(*args) if callable(label) else str(label))
            return result

        monkeypatch.setattr(owner, name, call)

    traced(pl.DataFrame, "write_parquet", "written")
    traced(archive, "sync", lambda path: "synced folder" if path.is_dir() else "synced file")
    traced(Path, "rename", "renamed")
    traced(SqliteStore, "_record", "named")
