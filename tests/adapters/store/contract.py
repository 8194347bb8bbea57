"""What every store must do, whoever fulfils the port: subclass, name the class Test..., and give it `open_store`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from truceline.incidents.tables import EXPOSURE, OBSERVATION
from truceline.usecases.ports import Commit, Rejected, Run, Store
from truceline.values.errors import StoreRefused

START = datetime(2020, 7, 27, 0, 1, tzinfo=UTC)


def run_of(**counts: int) -> Run:
    return Run(kind="ingest", started_at=START, feed="patrols", file="one.csv", file_sha256="00", **counts)


def observations(*ids: int) -> pl.DataFrame:
    return OBSERVATION.conform(
        pl.DataFrame(
            {"observation_id": ids, "feed": "patrols", "occurred_from": START, "occurred_until": START, "kind": "explosion"}
        )
    )


def commit_of(*ids: int) -> Commit:
    return Commit(run_of(received=len(ids), stored=len(ids)), tables={"observation": observations(*ids)})


class StoreContract:
    """Behaviour of the port."""

    def open_store(self, folder: Path) -> Store:
        """Open a store that keeps what it holds in the folder between openings."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        store = self.open_store(tmp_path)
        yield store
        store.close()  # type: ignore[attr-defined]

    def test_an_empty_store_has_typed_empty_tables_and_no_runs(self, store: Store) -> None:
        empty = store.scan("observation").collect()
        assert empty.height == 0
        assert dict(empty.schema) == OBSERVATION.empty().schema | {"run": pl.Int64}
        assert store.scan("exposure").collect().schema == EXPOSURE.empty().schema | {"run": pl.Int64}
        assert (store.runs(), store.quarantine(), store.documents(""), store.document("x"), store.verify()) == (
            [],
            [],
            [],
            None,
            [],
        )

    def test_what_is_committed_comes_back_with_its_run_in_order_of_commit(self, store: Store) -> None:
        assert [store.commit(commit_of(3, 1)), store.commit(commit_of(2))] == [1, 2]
        found = store.scan("observation").collect()
        assert found["observation_id"].to_list() == [3, 1, 2]
        assert found["run"].to_list() == [1, 1, 2]
        assert_frame_equal(found.drop("run"), observations(3, 1, 2))

    def test_a_scan_after_a_run_gives_only_what_came_later(self, store: Store) -> None:
        store.commit(commit_of(1))
        store.commit(commit_of(2))
        assert store.scan("observation", after_run=1).collect()["observation_id"].to_list() == [2]
        assert store.scan("observation", after_run=2).collect().height == 0

    def test_the_record_outlives_the_process(self, store: Store, tmp_path: Path) -> None:
        number = store.commit(commit_of(1, 2))
        again = self.open_store(tmp_path)
        assert again.scan("observation").collect()["observation_id"].to_list() == [1, 2]
        assert again.runs() == [(number, commit_of(1, 2).run)]
        again.close()  # type: ignore[attr-defined]

    def test_runs_can_be_asked_by_kind(self, store: Store) -> None:
        store.commit(commit_of(1))
        store.commit(Commit(replace(run_of(), kind="watch")))
        assert [number for number, _ in store.runs("watch")] == [2]

    def test_rejected_rows_keep_their_bytes_line_field_and_reason(self, store: Store) -> None:
        rejected = [Rejected(7, "time", "expected HH:MM, found '25:61'", b"\x00\xff;25:61"), Rejected(None, "", "whole file", b"")]
        run = store.commit(Commit(run_of(received=2, quarantined=2), rejected=rejected))
        held = store.quarantine(run)
        assert [(row.line, row.field, row.reason, row.content) for row in held] == [
            (row.line, row.field, row.reason, row.content) for row in rejected
        ]
        assert {row.file for row in held} == {"one.csv"}
        assert store.quarantine(run + 1) == []

    def test_the_newest_document_of_a_name_is_the_one_returned(self, store: Store) -> None:
        store.commit(Commit(run_of(), documents={"report/1.json": b"old", "Report/x": b"capital"}))
        store.commit(Commit(run_of(), documents={"report/1.json": b"new", "report/2.json": b"two"}))
        assert store.document("report/1.json") == b"new"
        assert store.documents("report/") == ["report/1.json", "report/2.json"]
        assert store.documents("rep_rt") == []

    def test_books_that_do_not_close_are_refused_and_leave_nothing(self, store: Store) -> None:
        with pytest.raises(StoreRefused, match="received = stored"):
            store.commit(Commit(run_of(received=2, stored=1), tables={"observation": observations(1)}))
        assert store.runs() == []
        assert store.scan("observation").collect().height == 0

    def test_a_column_the_table_does_not_declare_is_refused_and_leaves_nothing(self, store: Store) -> None:
        wrong = observations(1).with_columns(colour=pl.lit("red"))
        with pytest.raises(StoreRefused, match="colour"):
            store.commit(Commit(run_of(), tables={"exposure": EXPOSURE.empty(), "observation": wrong}))
        assert store.runs() == []
        assert store.commit(commit_of(5)) == 1
        assert store.verify() == []

    def test_enums_lists_and_nulls_come_back_in_their_declared_types(self, store: Store) -> None:
        store.commit(commit_of(1))
        found = store.scan("observation").filter(pl.col("kind") == "explosion").collect()
        assert found.schema["kind"] == OBSERVATION.schema["kind"]
        assert found["weapon"].to_list() == [None]

    def test_inside_writing_a_commit_needs_no_second_permission(self, store: Store) -> None:
        with store.writing():
            store.commit(commit_of(1))
            store.commit(commit_of(2))
        assert len(store.runs()) == 2
