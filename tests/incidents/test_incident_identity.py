"""Incidents keep their identity through versions, merges and splits; nothing is deleted."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from tests.incidents.test_incident_building import NOON, PLANE, PRIOR, SETTINGS, frame, incidents_of, seen

from truceline.incidents.tables import EXPOSURE
from truceline.incidents.update import update_incidents


def updated(rows: list[dict[str, object]], touched: list[int], previous: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    ids = pl.Series("observation_id", touched, dtype=pl.UInt64)
    later = NOON + timedelta(hours=1)
    return update_incidents(frame(rows), ids, previous, members, EXPOSURE.empty(), SETTINGS, PRIOR, PLANE, later)[0]


def test_a_further_report_makes_a_second_version_of_the_same_incident() -> None:
    rows = [seen(1), seen(2, 3)]
    first, members = incidents_of(rows)
    again = updated([*rows, seen(3, 5)], [3], first, members)
    assert again.select("incident_id", "version", "observations").rows() == [(first["incident_id"][0], 2, 3)]


def test_a_report_far_away_leaves_it_as_it_is() -> None:
    rows = [seen(1)]
    first, members = incidents_of(rows)
    again = updated([*rows, seen(2, 0, 30)], [2], first, members)
    assert first["incident_id"][0] not in again["incident_id"].to_list()


def test_a_bridge_merges_two_incidents_into_the_larger_and_says_so() -> None:
    rows = [seen(1), seen(2, 2), seen(3, 50)]
    first, members = incidents_of(rows)
    assert first.height == 2
    large = first.filter(pl.col("observations") == 2)["incident_id"][0]
    small = first.filter(pl.col("observations") == 1)["incident_id"][0]
    again = updated([*rows, seen(4, 26)], [4], first, members)
    status = {row["incident_id"]: (row["status"], row["merged_into"], row["version"]) for row in again.to_dicts()}
    assert status[large][0] == "current"
    assert status[small] == ("merged", large, 2)


def test_a_correction_splits_an_incident_and_the_new_one_says_from_which() -> None:
    rows = [seen(1), seen(2, 2), seen(3, 4)]
    first, members = incidents_of(rows)
    moved = seen(3, 4, 30, content_hash=77, received_at=NOON + timedelta(hours=1))
    again = updated([*rows, moved], [3], first, members)
    assert set(again["status"]) == {"current"}
    assert again.filter(pl.col("split_from").is_not_null())["split_from"].to_list() == [first["incident_id"][0]]


def test_a_correction_that_moves_the_only_report_keeps_the_identity() -> None:
    first, members = incidents_of([seen(1)])
    moved = seen(1, 0, 30, content_hash=77, received_at=NOON + timedelta(hours=1))
    again = updated([seen(1), moved], [1], first, members)
    assert again.select("incident_id", "version").rows() == [(first["incident_id"][0], 2)]
