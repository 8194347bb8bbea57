"""Nobody reports what was out of range, out of hours, or hidden; each of these defences is seen to fail when it is taken away."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from months import reports_with_truth, rows_of, unaccounted, watches_of

from truceline.exercise.play import Play
from truceline.exercise.reporting import OBSERVATION_WORDS
from truceline.values.vocabulary import KIND_TABLE


def test_every_report_is_accounted_for_by_a_watch_in_range_and_in_time(month: Play) -> None:
    reports = reports_with_truth(month)
    assert reports.height > 300
    assert unaccounted(reports, watches_of(month)).height == 0


def test_a_report_from_beyond_the_range_would_be_noticed(month: Play) -> None:
    reports, watches = reports_with_truth(month), watches_of(month)
    assert unaccounted(reports.with_columns(pl.col("true_latitude") + 0.5), watches).height > reports.height * 0.9


def test_a_report_from_a_blind_hour_would_be_noticed(month: Play) -> None:
    reports, watches = reports_with_truth(month), watches_of(month)
    blind = watches.with_columns(pl.lit("down").alias("state"))
    ordinary = reports.filter(~pl.col("conduct").is_in(["jamming", "denial of access"]))
    assert unaccounted(ordinary, blind).height == ordinary.height


def test_nothing_is_reported_from_hours_in_which_a_sensor_was_out(month: Play) -> None:
    watches, reports = watches_of(month), reports_with_truth(month)
    out = watches.filter(pl.col("state").is_in(["down", "blocked", "jammed"]))
    assert {"down", "blocked", "jammed"} == set(out["state"])
    during = reports.join(out.select("source", "from", "until"), on="source").filter(
        (pl.col("start") >= pl.col("from")) & (pl.col("end") <= pl.col("until"))
    )
    assert set(during["conduct"]) <= {"jamming", "denial of access"}


def test_hot_spots_appear_only_at_overpasses_under_clear_sky(month: Play) -> None:
    overpasses = watches_of(month).filter((pl.col("observer") == "satellite") & (pl.col("state") == "watching"))
    names = {"N": "firms/viirs-snpp", "1": "firms/viirs-noaa20"}
    spots = rows_of(month, "firms").select(
        pl.col("satellite").replace_strict(names).alias("source"),
        (pl.col("acq_date") + pl.col("acq_time")).str.to_datetime("%Y-%m-%d%H%M", time_zone="UTC", time_unit="us").alias("at"),
    )
    seen = spots.unique().join(overpasses.select("source", "from", "until"), on="source")
    seen = seen.filter((pl.col("at") >= pl.col("from") - timedelta(minutes=1)) & (pl.col("at") <= pl.col("until")))
    assert seen.select("source", "at").unique().height == spots.unique().height
    assert watches_of(month).filter(pl.col("state") == "cloud").height > 0


def test_each_observer_reports_only_kinds_that_it_can_notice(month: Play) -> None:
    kinds = {words: kind for kind, words in OBSERVATION_WORDS.items()}
    for observer, words in rows_of(month, "patrols").select("observer", "observation").unique().iter_rows():
        assert observer in KIND_TABLE[kinds[words]].noticed_by


def test_a_blind_watch_has_no_chance_to_notice_and_says_why(month: Play) -> None:
    blind = watches_of(month).filter(pl.col("state") != "watching")
    assert (blind["detection"] == 0).all()
    assert (blind["remark"] != "").all()
    assert blind.filter(pl.col("state") == "blocked")["blocked_by"].is_in(["north", "south"]).all()


def test_the_fixed_sensors_account_for_every_hour_of_the_month(month: Play) -> None:
    fixed = watches_of(month).filter(pl.col("observer").is_in(["camera", "acoustic"]))
    hours = (pl.col("until") - pl.col("from")).dt.total_seconds().sum() / 3600
    by_source = fixed.group_by("source").agg(hours.alias("hours"))
    month_hours = (month.periods[-1].end - month.periods[0].start).total_seconds() / 3600
    assert (by_source["hours"] - month_hours).abs().max() == 0
