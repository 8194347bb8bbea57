"""Delimited text becomes rows or rejected rows, the same by the fast way and the careful way, whatever comes."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from truceline.adapters.feeds import records
from truceline.adapters.feeds.files import blocks
from truceline.adapters.feeds.records import LINE, Columns, read_records
from truceline.values.errors import InvalidFeed

COLUMNS = Columns(required=("a", "b"), optional=("c",))


def rows_of(path: Path, columns: Columns | None = COLUMNS) -> tuple[list[dict[str, object]], list[tuple[int | None, bytes]]]:
    chunks = list(read_records(path, columns))
    rows = [row for chunk in chunks for row in chunk.frame.iter_rows(named=True)]
    return rows, [(row.line, row.content) for chunk in chunks for row in chunk.rejected]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "feed.csv"


def test_columns_may_come_in_any_order_with_a_byte_order_mark_and_windows_line_ends(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbfb, a\r\n1, 2 \r\n\r\n3,\r\n")
    rows, rejected = rows_of(file)
    assert rows == [{"b": "1", "a": "2", LINE: 2, "c": None}, {"b": "3", "a": None, LINE: 4, "c": None}]
    assert rejected == []


def test_a_quoted_field_may_hold_commas_marks_and_line_ends(file: Path) -> None:
    file.write_text('a,b\n"x, ""y""\nz",1\nlast,2\n')
    rows, _ = rows_of(file)
    assert [(row["a"], row["b"], row[LINE]) for row in rows] == [('x, "y"\nz', "1", 2), ("last", "2", 4)]


def test_a_bad_record_is_rejected_with_its_line_and_bytes_and_the_others_are_kept(file: Path) -> None:
    file.write_bytes(b'a,b\n1,2\n1,2,3\n\xff\xfe,2\nnull\x00,2\n"open,2\n5,6\n')
    rows, rejected = rows_of(file)
    assert [row["a"] for row in rows] == ["1", "5"]
    assert rejected == [(3, b"1,2,3"), (4, b"\xff\xfe,2"), (5, b"null\x00,2"), (6, b'"open,2')]


def test_a_quotation_that_never_closes_costs_one_line_not_the_file(file: Path) -> None:
    file.write_text("a,b\n" + '"never,closed\n' + "".join(f"{n},x\n" for n in range(500)))
    rows, rejected = rows_of(file)
    assert len(rows) == 500
    assert rejected == [(2, b'"never,closed')]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.lists(
        st.sampled_from(["1,2\n", "x y , z\n", ",\n", "1\n", "1,2,3\n", "\n", " \n", '"q, r",2\n', "\r\n", "a,b\r\n"]), max_size=12
    )
)
def test_the_fast_way_and_the_careful_way_give_the_same(tmp_path_factory: pytest.TempPathFactory, content: list[str]) -> None:
    path = tmp_path_factory.mktemp("r") / "x.csv"
    path.write_text("a,b\n" + "".join(content), newline="")
    both = rows_of(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "_plain_frame", lambda *_: None)
        assert rows_of(path) == both


@settings(max_examples=40, deadline=None)
@given(size=st.integers(1, 40), content=st.lists(st.sampled_from(["1,2\n", '"q\nr",2\n', "é,ж\n", "1\n"]), min_size=1, max_size=12))
def test_where_blocks_are_cut_changes_nothing(tmp_path_factory: pytest.TempPathFactory, size: int, content: list[str]) -> None:
    path = tmp_path_factory.mktemp("r") / "x.csv"
    path.write_text("a,b\n" + "".join(content))
    whole = rows_of(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "blocks", lambda path, largest: blocks(path, largest, size))
        assert rows_of(path) == whole


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty file"),
        ("a,b\n1,2\n".encode("utf-16"), "UTF-8"),
        ("a,b\nЖытомыр,Київ\nОдеса,Львів\n".encode("cp1251"), "UTF-8"),
        ("а,б\n".encode("cp1251"), "UTF-8"),
        (b"a\n1\n", "columns b"),
        (b"a,b,colour\n1,2,3\n", "colour"),
        (b"a,b,a\n1,2,3\n", "a more than once"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_plainly(file: Path, content: bytes, says: str) -> None:
    file.write_bytes(content)
    with pytest.raises(InvalidFeed, match=says):
        rows_of(file)


def test_gzip_is_told_from_content_and_a_false_damaged_or_short_one_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(b"a,b\n" + b"1,2\n" * 5000)
    named, unnamed = tmp_path / "x.csv.gz", tmp_path / "x.csv"
    named.write_bytes(packed)
    unnamed.write_bytes(packed)
    assert len(rows_of(named)[0]) == len(rows_of(unnamed)[0]) == 5000
    for content, says in ((b"a,b\n1,2\n", "gzip"), (packed[:-9], "too early"), (packed[:20] + b"xx" + packed[22:], "undamaged")):
        named.write_bytes(content)
        with pytest.raises(InvalidFeed, match=says):
            rows_of(named)


def test_a_file_that_unpacks_to_too_much_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.csv.gz"
    bomb.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 1_000_000))
    with pytest.raises(InvalidFeed, match="at most 1,000,000 bytes"):
        list(read_records(bomb, COLUMNS, 1_000_000))


def test_a_file_that_is_not_there_is_refused_plainly(tmp_path: Path) -> None:
    with pytest.raises(InvalidFeed, match="can be read"):
        list(read_records(tmp_path / "none.csv", COLUMNS))
    with pytest.raises(InvalidFeed, match="can be read"):
        list(read_records(tmp_path, COLUMNS))
