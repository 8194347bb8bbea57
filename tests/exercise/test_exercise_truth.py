"""What is true agrees with the text of the agreement, told by two ways that know nothing of each other; both parties are alike."""

from __future__ import annotations

import io

import numpy as np
import polars as pl
from months import Ground

from truceline.compliance.judge import judge
from truceline.compliance.tables import BROKEN, CANNOT_BE_JUDGED, SITUATION
from truceline.exercise.play import Play, play
from truceline.exercise.scenario import Scenario


def _judged(month: Play, ground: Ground) -> pl.DataFrame:
    """Whether any term is broken, or cannot be judged, for each event that happened, with all known."""
    events = month.truth.filter(pl.col("happened"))
    situations = SITUATION.conform(
        events.select(
            pl.col("event_id").cast(pl.UInt64).alias("key"),
            "conduct",
            "weapon",
            "calibre_mm",
            pl.col("start").alias("earliest"),
            pl.col("end").alias("latest"),
            "latitude",
            "longitude",
            pl.lit(0.0).alias("uncertainty_m"),
            pl.col("party").alias("responsible"),
            pl.lit(1.0).alias("probability"),
            pl.concat_list("excused").list.drop_nulls().alias("evidence_on_record"),
        )
    )
    by_event = (
        judge(ground.agreement, ground.geography, situations)
        .group_by(pl.col("key").cast(pl.Int64).alias("event_id"))
        .agg(
            (pl.col("status") == BROKEN).any().alias("broken"),
            (pl.col("status") == CANNOT_BE_JUDGED).any().alias("open"),
        )
    )
    return events.join(by_event, on="event_id")


def test_excused_events_are_never_broken_and_all_other_fire_is(month: Play, ground: Ground) -> None:
    judged = _judged(month, ground).filter((pl.col("start") >= month.periods[1].start) & (pl.col("conduct") == "fire"))
    assert judged.height > 100
    assert judged.filter(pl.col("broken") == pl.col("excused").is_not_null())["event_id"].to_list() == []


def test_what_is_excused_has_a_notice_that_came_before_it_and_covers_it(month: Play) -> None:
    notices = pl.read_csv(io.BytesIO(month.notices)).with_columns(
        pl.col("starts_at", "ends_at", "received_at").str.to_datetime("%Y-%m-%dT%H:%M%:z", time_unit="us")
    )
    excused = month.truth.filter(pl.col("excused").is_not_null())
    assert notices.height == excused.height > 0
    for event in excused.iter_rows(named=True):
        covering = notices.filter(
            (pl.col("kind") == event["excused"])
            & (pl.col("party") == event["party"])
            & (pl.col("starts_at") <= event["start"])
            & (pl.col("ends_at") >= event["end"])
            & (pl.col("received_at") < event["start"])
        )
        assert covering.height >= 1


def test_fire_lands_on_the_ground_of_the_party_that_did_not_fire(month: Play, ground: Ground) -> None:
    """But for the few places that a bend of the line puts on the other side."""
    fire = month.truth.filter((pl.col("conduct") == "fire") & pl.col("happened") & pl.col("excused").is_null())
    signed = ground.geography.signed_distance_km("line", fire["latitude"].to_numpy(), fire["longitude"].to_numpy())
    struck = np.where(signed > 0, "north", "south")
    assert (struck != fire["party"].to_numpy()).mean() > 0.97


def test_both_parties_fire_claim_and_invent_alike(ground: Ground) -> None:
    months = [play(Scenario(seed=seed), ground.agreement, ground.geography) for seed in range(1, 7)]
    truth = pl.concat([month.truth for month in months])
    fire = truth.filter((pl.col("conduct") == "fire") & pl.col("happened") & pl.col("excused").is_null())
    share = (fire["party"] == "north").mean()
    four_sigmas = 4 * 0.5 / np.sqrt(fire.height)
    assert abs(share - 0.5) < four_sigmas
    claims = pl.concat([month.records.filter(pl.col("feed") == "claims") for month in months])
    assert 0.2 < 1 - claims.join(truth, on="event_id")["happened"].mean() < 0.7


def test_the_level_of_fire_falls_over_the_month(ground: Ground) -> None:
    first, last = 0, 0
    for seed in range(1, 7):
        month = play(Scenario(seed=seed, flare_up_factor=1), ground.agreement, ground.geography)
        fire = month.truth.filter((pl.col("conduct") == "fire") & pl.col("happened"))
        first += fire.filter(pl.col("start") < month.periods[9].end).height
        last += fire.filter(pl.col("start") >= month.periods[20].start).height
    assert last < 0.7 * first


def test_a_flare_up_makes_more_fire(ground: Ground) -> None:
    def fires(factor: float) -> int:
        months = [play(Scenario(seed=seed, flare_up_factor=factor), ground.agreement, ground.geography) for seed in range(1, 5)]
        return sum(month.truth.filter((pl.col("conduct") == "fire") & pl.col("happened")).height for month in months)

    assert fires(3.0) > fires(1.0)


def test_neighbouring_exchanges_overlap_sometimes(month: Play) -> None:
    """Otherwise putting reports together would be no task."""
    fire = month.truth.filter((pl.col("conduct") == "fire") & pl.col("happened"))
    start, end = (fire[name].dt.epoch("s").to_numpy() for name in ("start", "end"))
    north, east = fire["latitude"].to_numpy() * 111.2, fire["longitude"].to_numpy() * 78.7
    near = np.hypot(north[:, None] - north, east[:, None] - east) < 4
    together = (start[:, None] - end < 1800) & (start - end[:, None] < 1800)
    pairs = (near & together).sum() - fire.height
    assert pairs // 2 >= 3
