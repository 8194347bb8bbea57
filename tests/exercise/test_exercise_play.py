"""A month is played from its seed alone; its files are such as real feeds bring, and its books of truth close."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from months import NOTED_WITHIN, Ground, names_exchanged, rows_of, with_sides_exchanged

from truceline.exercise.mission import CLAIMS_MAPPING_TEXT, MISSION_TEXT, feeds_text
from truceline.exercise.play import Play, play
from truceline.exercise.scenario import Scenario
from truceline.usecases.ports import Batch
from truceline.wiring import make_demo_mission, open_mission, reader_of

SHORT = Scenario(seed=3, days=6)


def test_the_same_scenario_gives_the_same_bytes(ground: Ground) -> None:
    first, second = (play(SHORT, ground.agreement, ground.geography) for _ in range(2))
    assert first.deliveries == second.deliveries
    assert first.notices == second.notices
    assert first.truth.equals(second.truth)
    assert first.records.equals(second.records)


def test_another_seed_gives_another_month(ground: Ground) -> None:
    first, second = (play(Scenario(seed=seed, days=6), ground.agreement, ground.geography) for seed in (3, 4))
    assert not first.truth.equals(second.truth)
    assert [item.content for item in first.deliveries] != [item.content for item in second.deliveries]


def test_when_the_parties_change_sides_their_names_are_exchanged_and_nothing_else(ground: Ground) -> None:
    exchanged = with_sides_exchanged(ground.agreement)
    before = play(SHORT, ground.agreement, ground.geography)
    after = play(SHORT, exchanged, ground.geography)
    assert [item.name for item in after.deliveries] == [item.name for item in before.deliveries]
    for one, other in zip(before.deliveries, after.deliveries, strict=True):
        assert _without_bad_rows(other.content) == names_exchanged(_without_bad_rows(one.content)), one.name
    assert after.notices == names_exchanged(before.notices)
    swapped = before.truth.with_columns(pl.col("party").replace({"north": "south", "south": "north"}))
    assert after.truth.equals(swapped)


def _without_bad_rows(content: bytes) -> bytes:
    """Without the rows that are meant to be refused: one gives its bearing as a word that is no party's name."""
    return b"\n".join(line for line in content.split(b"\n") if b"-bad-" not in line)


def test_a_mirrored_scenario_exchanges_who_does_what_and_what_is_claimed(ground: Ground) -> None:
    before = play(SHORT, ground.agreement, ground.geography)
    after = play(SHORT.model_copy(update={"mirrored": True}), ground.agreement, ground.geography)
    fire = pl.col("conduct") == "fire"
    known = ["conduct", "start", "end", "happened", "weapon", "rounds"]
    assert after.truth.filter(fire).select(known).equals(before.truth.filter(fire).select(known))
    parties = before.truth.filter(fire)["party"].replace({"north": "south", "south": "north"})
    assert after.truth.filter(fire)["party"].equals(parties)
    said = ["claimant", "accused", "from", "until", "number"]
    names = {"north": "south", "south": "north"}
    sources = {f"{a}-{kind}": f"{b}-{kind}" for a, b in names.items() for kind in ("claims", "media")}
    # Lateness is drawn for all feeds together and may differ; what is said may not.
    claims, mirrored = (rows_of(played, "claims").sort("id").select(said) for played in (before, after))
    assert mirrored.equals(claims.with_columns(pl.col("claimant").replace(sources), pl.col("accused").replace(names)))


def test_every_record_of_every_feed_has_its_entry_in_the_books_of_truth(month: Play) -> None:
    for feed, column in (("patrols", "reference"), ("claims", "id")):
        delivered = rows_of(month, feed)[column]
        known = month.records.filter(pl.col("feed") == feed)["reference"]
        unknown = set(delivered) - set(known)
        assert {name for name in unknown if "-bad-" not in name} == set(), feed
        assert set(known) <= set(delivered), feed
        assert known.is_unique().all()
    spots = month.records.filter(pl.col("feed") == "firms").select("latitude", "longitude")
    assert rows_of(month, "firms").select("latitude", "longitude").sort(pl.all()).equals(spots.sort(pl.all()))


def test_every_record_is_of_a_true_event_or_a_made_up_one_or_of_none(month: Play) -> None:
    events = set(month.truth["event_id"])
    named = month.records.filter(pl.col("event_id") > 0)
    assert set(named["event_id"]) <= events
    assert set(month.records.filter(pl.col("event_id") <= 0)["feed"]) == {"firms"}
    made_up = month.truth.filter(~pl.col("happened"))["event_id"]
    assert set(named.filter(pl.col("event_id").is_in(made_up.implode()))["feed"]) == {"claims"}


def test_no_file_comes_before_its_day_is_over_and_some_records_come_late(month: Play) -> None:
    ends = {period.day.isoformat(): period.end for period in month.periods}
    for item in month.deliveries:
        assert item.received_at >= ends[item.name.split("-", 1)[1].removesuffix("-again.csv").removesuffix(".csv")]
    claims = rows_of(month, "claims")
    numbers = claims["id"].str.extract(r"(\d+)$").cast(pl.Int64)
    assert not numbers.is_sorted()


def test_one_patrol_file_is_delivered_twice_with_the_same_bytes(month: Play) -> None:
    again = [item for item in month.deliveries if item.name.endswith("-again.csv")]
    assert len(again) == 1
    (first,) = [item for item in month.deliveries if item.name == again[0].name.replace("-again.csv", ".csv")]
    assert again[0].content == first.content


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Play, dict[str, list[Batch]]]]:
    folder: Path = tmp_path_factory.mktemp("demo") / "mission"
    played = make_demo_mission(folder, Scenario(seed=1))
    found: dict[str, list[Batch]] = {}
    with open_mission(folder) as workspace:
        for feed in ("watch", "patrols", "firms", "claims"):
            reader = reader_of(feed, workspace)
            for item in played.deliveries:
                if item.feed == feed and not item.name.endswith("-again.csv"):
                    path = folder / item.name
                    path.write_bytes(item.content)
                    found.setdefault(feed, []).extend(reader.read(path, item.received_at))
    yield played, found


def test_the_mission_s_own_readers_take_every_row_but_the_two_bad_ones(read: tuple[Play, dict[str, list[Batch]]]) -> None:
    played, found = read
    rejected = {feed: [row.reason for batch in batches for row in batch.rejected] for feed, batches in found.items()}
    assert {feed: len(reasons) for feed, reasons in rejected.items()} == {"watch": 0, "patrols": 2, "firms": 0, "claims": 0}
    for feed, batches in found.items():
        taken = sum(batch.observations.height + batch.exposures.height for batch in batches)
        assert taken == rows_of(played, feed).height - len(rejected[feed]), feed


def test_reports_read_back_lie_within_the_time_of_their_event_also_after_the_clocks_change(
    read: tuple[Play, dict[str, list[Batch]]],
) -> None:
    played, found = read
    observations = pl.concat([batch.observations for batch in found["patrols"]])
    records = played.records.filter(pl.col("feed") == "patrols").select("reference", "event_id")
    joined = observations.join(records, on="reference").join(played.truth.select("event_id", "start", "end"), on="event_id")
    inside = (pl.col("occurred_from") <= pl.col("end") + NOTED_WITHIN) & (
        pl.col("occurred_until") >= pl.col("start") - NOTED_WITHIN
    )
    assert joined.filter(~inside).height == 0
    summer = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert joined.filter(pl.col("start") > summer).height > 0
    assert ZoneInfo("Atlantic/Azores").utcoffset(summer + timedelta(hours=12)) == timedelta(0)
    # The control: read an hour wrong, as without the change of clocks, many reports would miss their event.
    wrong = joined.with_columns(pl.col("occurred_from", "occurred_until") + timedelta(hours=1))
    assert wrong.filter(~inside).height > joined.height / 2


def test_no_file_tells_what_is_true(month: Play) -> None:
    told = {"happened", "excused", "event_id", "truth"}
    for item in month.deliveries:
        header = item.content.split(b"\n", 1)[0].decode().split(",")
        assert told.isdisjoint(header), item.name


def test_the_mission_s_documents_name_every_source_that_reports(month: Play) -> None:
    scenario = Scenario(seed=1)
    text = feeds_text(scenario.cameras, scenario.acoustic_sensors, scenario.patrols)
    sources = set(rows_of(month, "patrols")["source"]) | set(rows_of(month, "watch")["source"])
    sources |= set(rows_of(month, "claims")["claimant"])
    assert all(f"id: {source}," in text for source in sources)
    assert "synthetic: true" in MISSION_TEXT
    assert "feed: claims" in CLAIMS_MAPPING_TEXT
