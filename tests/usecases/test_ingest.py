"""Files become stored records with books that close; nothing is taken twice, lost, or silently preferred."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.adapters.clock import FixedClock
from truceline.adapters.feeds import FeedContext
from truceline.adapters.feeds.eyes_on_russia import EyesOnRussiaReader
from truceline.adapters.feeds.firms import FirmsReader
from truceline.adapters.feeds.watch import WatchReader
from truceline.adapters.store import SqliteStore
from truceline.usecases.ingest import ingest
from truceline.usecases.mission import Area, Mission
from truceline.usecases.ports import FeedReader, Run
from truceline.usecases.quarantine import list_quarantined, show_quarantined
from truceline.values.errors import InvalidFeed, InvalidRequest, StoreRefused

AREA = Area(south=44, west=22, north=53, east=41)
MISSION = Mission(format="truceline-mission/1", id="m", title="M", time_zone="Europe/Kyiv", area=AREA, late_after_h=12)
CONTEXT = FeedContext(zone=ZoneInfo("Europe/Kyiv"), area=AREA)
NOW = datetime(2020, 7, 28, 6, 0, tzinfo=UTC)
DATA = Path(os.environ.get("TRUCELINE_DATA", Path(__file__).parents[3] / "shared" / "data"))

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"real data are not at {DATA}")


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "store")


def take(reader: FeedReader, store: SqliteStore, *paths: Path, received: datetime | None = None) -> list[Run]:
    return ingest(reader, paths, store, FixedClock(NOW), MISSION, received_at=received)


def firms(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    path.write_text("latitude,longitude,acq_date\n" + "".join(f"{row}\n" for row in rows))
    return path


def books(run: Run) -> tuple[int, int, int, int]:
    return run.received, run.stored, run.duplicate, run.quarantined


def test_the_same_file_twice_adds_nothing_anywhere(store: SqliteStore, tmp_path: Path) -> None:
    path = firms(tmp_path, "a.csv", "48.1,37.7,2020-07-27", "48.2,37.7,2020-07-27", "nan,37.7,2020-07-27", "48.1,37.7,2020-07-27")
    first, second = take(FirmsReader(CONTEXT), store, path, path)
    assert books(first) == (4, 2, 1, 1)
    assert books(second) == (4, 0, 4, 0)
    assert store.scan("observation").collect().height == 2
    assert [row.content for row in list_quarantined(store)] == [b"nan,37.7,2020-07-27"]
    assert [run.file_sha256 for _, run in store.runs()] == [first.file_sha256] * 2


EYES = "entry,date,event_group,title,lat,lon\n"


def test_the_same_reference_with_other_content_is_stored_once_and_flagged(store: SqliteStore, tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(EYES + "U1,2020-07-27,Munitions,one,48.1,37.7\nU1,2020-07-27,Munitions,other,48.1,37.7\n")
    second.write_text(EYES + "U1,2020-07-20,Munitions,moved to another day,48.1,37.7\n")
    runs = take(EyesOnRussiaReader(CONTEXT), store, first, second, second, first)
    assert [books(run) for run in runs] == [(2, 2, 0, 0), (1, 1, 0, 0), (1, 0, 1, 0), (2, 0, 2, 0)]
    assert [run.conflicting for run in runs] == [1, 1, 0, 0]
    found = store.scan("observation").collect()
    assert found["conflicting"].to_list() == [False, True, True]
    assert found["observation_id"].n_unique() == 1


def test_exposure_takes_the_same_way(store: SqliteStore, tmp_path: Path) -> None:
    path = tmp_path / "watch.csv"
    row = "cam-1,camera,2020-07-27T00:00Z,2020-07-27T12:00Z,48,37,5,{},watching,w-1\n"
    path.write_text(
        "source,observer,from,until,latitude,longitude,range_km,detection,state,reference\n" + row.format(0.8) + row.format(0.5)
    )
    runs = take(WatchReader(CONTEXT), store, path, path)
    assert [books(run) for run in runs] == [(2, 2, 0, 0), (2, 0, 2, 0)]
    assert runs[0].conflicting == 1
    assert store.scan("exposure").collect()["recorded_at"].to_list() == [NOW, NOW]


@pytest.mark.parametrize(
    ("received", "late"),
    [
        # The UTC day 26 July ends at 03:00 local on the 27th, in the period that ends at 19:30 local (16:30 UTC) on the 27th.
        (datetime(2020, 7, 28, 4, 30, tzinfo=UTC), False),
        (datetime(2020, 7, 28, 4, 30, 1, tzinfo=UTC), True),
    ],
)
def test_late_is_after_the_report_of_its_period_was_due(store: SqliteStore, tmp_path: Path, received: datetime, late: bool) -> None:
    run = take(FirmsReader(CONTEXT), store, firms(tmp_path, "a.csv", "48.1,37.7,2020-07-26"), received=received)[0]
    assert run.late == late
    assert store.scan("observation").select("late", "received_at").collect().rows() == [(late, received)]


def test_a_row_at_the_cut_off_belongs_to_the_next_period(store: SqliteStore, tmp_path: Path) -> None:
    path = tmp_path / "fires.csv"
    header = "latitude,longitude,acq_date,acq_time,satellite\n"
    path.write_text(
        header + "48.1,37.7,2020-07-27,1624,N\n48.1,37.7,2020-07-27,1625,N\n"
    )  # plus five minutes: 19:29 and 19:30 local
    take(FirmsReader(CONTEXT), store, path, received=datetime(2020, 7, 28, 4, 31, tzinfo=UTC))
    assert store.scan("observation").collect()["late"].to_list() == [True, False]


def test_rows_outside_the_area_are_stored_and_flagged(store: SqliteStore, tmp_path: Path) -> None:
    run = take(FirmsReader(CONTEXT), store, firms(tmp_path, "a.csv", "48.1,37.7,2020-07-27", "10.0,10.0,2020-07-27"))[0]
    assert (run.stored, run.outside_area) == (2, 1)
    assert store.scan("observation").collect()["inside_area"].to_list() == [True, False]


def test_a_file_that_cannot_be_read_leaves_nothing_and_does_not_stop_the_others(store: SqliteStore, tmp_path: Path) -> None:
    bad, worse = tmp_path / "bad.csv", tmp_path / "worse.csv"
    bad.write_text("latitude,longitude\n48,37\n")
    worse.write_bytes(b"")
    good = firms(tmp_path, "good.csv", "48.1,37.7,2020-07-27")
    done: list[int] = []
    with pytest.raises(InvalidFeed) as caught:
        ingest(FirmsReader(CONTEXT), [bad, good, worse], store, FixedClock(NOW), MISSION, progress=done.append)
    assert len(caught.value.problems) == 2
    assert [run.file for _, run in store.runs()] == [str(good)]
    assert done == [1, 1, 1]


def test_a_file_with_no_rows_is_a_run_with_empty_books(store: SqliteStore, tmp_path: Path) -> None:
    assert books(take(FirmsReader(CONTEXT), store, firms(tmp_path, "quiet.csv"))[0]) == (0, 0, 0, 0)
    assert len(store.runs("ingest")) == 1


def test_what_was_made_up_says_so(store: SqliteStore, tmp_path: Path) -> None:
    mission = MISSION.model_copy(update={"synthetic": True})
    ingest(FirmsReader(CONTEXT), [firms(tmp_path, "a.csv", "48.1,37.7,2020-07-27")], store, FixedClock(NOW), mission)
    assert store.scan("observation").collect()["synthetic"].to_list() == [True]


def test_nobody_else_can_write_between_reading_and_committing(store: SqliteStore, tmp_path: Path) -> None:
    other = SqliteStore(store.folder)
    path = firms(tmp_path, "a.csv", "48.1,37.7,2020-07-27")

    class Intruding(FirmsReader):
        def read(self, path: Path, received_at: datetime):  # type: ignore[no-untyped-def]
            with pytest.raises(StoreRefused, match="only writer"):
                take(FirmsReader(CONTEXT), other, path)
            return super().read(path, received_at)

    assert take(Intruding(CONTEXT), store, path)[0].stored == 1
    assert take(FirmsReader(CONTEXT), other, path)[0].duplicate == 1


def test_a_quarantined_row_is_shown_by_its_number(store: SqliteStore, tmp_path: Path) -> None:
    take(FirmsReader(CONTEXT), store, firms(tmp_path, "a.csv", "x,37.7,2020-07-27"))
    row = show_quarantined(store, list_quarantined(store)[0].id)
    assert (row.line, row.field, row.content) == (2, "latitude", b"x,37.7,2020-07-27")
    with pytest.raises(InvalidRequest, match="quarantine list"):
        show_quarantined(store, 99)


ROWS = st.builds(
    lambda entry, day, title, lat: f"{entry},{day},Munitions,{title},{lat},37.7",
    st.sampled_from(["U1", "U2", "U3", ""]),
    st.sampled_from(["2020-07-26", "2020-07-27", "2020-02-31"]),
    st.sampled_from(["one", "other", '"quoted, title"']),
    st.sampled_from(["48.1", "95", "nan"]),
)


@settings(max_examples=12, deadline=None)
@given(data=st.data(), rows=st.lists(ROWS, min_size=1, max_size=10))
def test_order_split_and_repetition_of_files_change_no_record(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, rows: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("i")
    whole = folder / "whole.csv"
    whole.write_text(EYES + "\n".join(rows))
    shuffled = data.draw(st.permutations(rows))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=3)))
    pieces = [shuffled[start:end] for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True)]
    paths = []
    for number, piece in enumerate(pieces):
        paths.append(folder / f"{number}.csv")
        paths[-1].write_text(EYES + "\n".join(piece))
    again = data.draw(st.lists(st.sampled_from(paths), max_size=2))
    kept = []
    for name, files in (("one", [whole]), ("many", [*paths, *again])):
        store = SqliteStore(folder / name)
        runs = take(EyesOnRussiaReader(CONTEXT), store, *files)
        assert all(run.balanced for run in runs)
        found = store.scan("observation").collect()
        keys = set(found.select("observation_id", "content_hash").rows())
        assert len(keys) == found.height == sum(run.stored for run in runs)
        kept.append((keys, {row.content for row in store.quarantine()}, found["conflicting"].sum()))
    assert kept[0] == kept[1]


@needs_data
def test_every_real_file_is_taken_with_closed_books_and_repeated_adds_nothing(store: SqliteStore) -> None:
    heat, events = sorted((DATA / "firms").glob("*.csv.gz")), sorted((DATA / "events").glob("*.csv.gz"))
    for reader, paths, rows in ((FirmsReader(CONTEXT), heat, 767_245), (EyesOnRussiaReader(CONTEXT), events, 5_668)):
        first = take(reader, store, *paths)
        assert sum(run.received for run in first) == rows
        assert all(run.balanced for run in first)
        again = take(reader, store, *paths)
        assert [books(run) for run in again] == [(run.received, 0, run.received, 0) for run in first]
    assert store.verify() == []
    events_stored = store.scan("observation").filter(pl.col("feed") == "eyes-on-russia").collect()
    assert events_stored["conflicting"].sum() == 7  # of the ids that the collection gave twice or three times
    assert events_stored["reference"].null_count() == 4
    assert (events_stored["occurred_until"] - events_stored["occurred_from"]).min() == timedelta(hours=23)
