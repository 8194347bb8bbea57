"""Scoring against cases small enough to count by hand, and one short month through the whole watch."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from months import Ground, watches_of

from truceline.compliance.tables import BROKEN, CANNOT_BE_JUDGED, FINDING, KEPT
from truceline.exercise.play import TRUTH_SCHEMA, Play
from truceline.exercise.scenario import Scenario
from truceline.exercise.score import Found, Tally, calibration, score, tally
from truceline.incidents.tables import INCIDENT, MEMBERSHIP, OBSERVATION
from truceline.usecases.current import current_findings
from truceline.usecases.demo import Watchkeeping, demo_result, keep_watch
from truceline.values.time import ReportingPeriod
from truceline.wiring import DemoBench, make_demo_mission, open_mission

DAY = date(2026, 3, 10)
PERIOD = ReportingPeriod.ending(DAY, time(19, 30), ZoneInfo("Atlantic/Azores"))
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def _event(ground: Ground, number: int, party: str | None, along_km: float, *, happened: bool = True) -> dict[str, object]:
    """Fire that fell 1.5 km south of the line."""
    latitude, longitude = ground.geography.beside("line", np.array([along_km]), np.array([-1.5]))
    return {
        "event_id": number, "conduct": "fire", "start": NOON, "end": NOON + timedelta(minutes=10),
        "latitude": float(latitude[0]), "longitude": float(longitude[0]), "party": party, "happened": happened,
        "excused": None, "weapon": "mortar", "calibre_mm": 82.0, "rounds": 5,
    }  # fmt: skip


@pytest.fixture
def small(ground: Ground) -> Play:
    """Two exchanges that were reported, one that nobody saw, one claim of nothing, and a burning field."""
    events = [
        _event(ground, 1, "north", 50.0),
        _event(ground, 2, "south", 52.0),
        _event(ground, 3, None, 90.0, happened=False),
        _event(ground, 4, "north", 10.0),
    ]
    records = [
        ("patrols", "a1", "", "", 1),
        ("patrols", "a2", "", "", 1),
        ("patrols", "a3", "", "", 2),
        ("patrols", "a4", "", "", 2),
        ("claims", "c1", "", "", 3),
        ("firms", "f1", "45.00001", "-30.00001", 0),
    ]
    return Play(
        periods=(PERIOD,),
        deliveries=(),
        truth=pl.DataFrame(events, schema=TRUTH_SCHEMA),
        records=pl.DataFrame(records, schema=["feed", "reference", "latitude", "longitude", "event_id"], orient="row"),
        notices=b"",
        observers=pl.DataFrame(),
    )


def _finding(incident: int | None, status: str, *, term: str = "1", sector: str = "sector-2", **more: object) -> dict[str, object]:
    return {"term": term, "incident_id": incident, "sector": sector, "day": DAY, "status": status, **more}


@pytest.fixture
def found() -> Found:
    """Incident 1 holds both reports of the first exchange and one of the second; the others stand alone."""
    observations = [
        {"observation_id": number, "feed": feed, "reference": name, "latitude": 45.00001, "longitude": -30.00001}
        for number, (feed, name) in enumerate(
            [("patrols", "a1"), ("patrols", "a2"), ("patrols", "a3"), ("patrols", "a4"), ("claims", "c1"), ("firms", None)], start=1
        )
    ]
    members = {1: [1, 2, 3], 2: [4], 3: [5], 4: [6]}
    membership = [{"incident_id": a, "version": 1, "observation_id": b} for a, seen in members.items() for b in seen]
    incidents = [{"incident_id": a, "probability": b} for a, b in ((1, 0.98), (2, 0.3), (3, 0.9), (4, 0.03))]
    findings = [
        _finding(1, BROKEN, responsible="north"),
        _finding(2, CANNOT_BE_JUDGED),
        _finding(3, BROKEN, responsible="south"),
        _finding(None, KEPT, coverage=0.9),
        _finding(None, KEPT, sector="sector-4", coverage=0.9),
        _finding(None, KEPT, term="3", sector="sector-4", coverage=0.85),
    ]
    return Found(
        observations=OBSERVATION.conform(pl.DataFrame(observations)),
        incidents=INCIDENT.conform(pl.DataFrame(incidents)),
        membership=MEMBERSHIP.conform(pl.DataFrame(membership)),
        findings=FINDING.conform(pl.DataFrame(findings, infer_schema_length=None)),
    )


def counted(play: Play, found: Found, ground: Ground) -> Tally:
    return tally(play, found, ground.agreement, ground.geography)


def test_pairs_are_counted_as_by_hand(small: Play, found: Found, ground: Ground) -> None:
    """Three pairs stand in incident 1, one of them of one exchange; two pairs are truly of one exchange."""
    figures = score([counted(small, found, ground)])
    assert figures.pair_precision == pytest.approx(1 / 3)
    assert figures.pair_recall == pytest.approx(1 / 2)
    assert figures.pair_f1 == pytest.approx(0.4)


def test_a_decided_finding_on_what_never_happened_is_wrong(small: Play, found: Found, ground: Ground) -> None:
    figures = score([counted(small, found, ground)])
    assert (figures.decided_findings, figures.right_findings) == (2, 0.5)
    assert figures.decided_share == pytest.approx(2 / 3)


def test_a_party_is_rightly_named_only_if_it_did_it(small: Play, found: Found, ground: Ground) -> None:
    figures = score([counted(small, found, ground)])
    assert (figures.responsible_named, figures.responsible_right) == (2, 0.5)


def test_silence_called_kept_is_wrong_where_fire_fell(small: Play, found: Found, ground: Ground) -> None:
    figures = score([counted(small, found, ground)])
    assert figures.silent_kept == 3
    assert figures.silent_kept_right == pytest.approx(2 / 3)
    assert figures.kept_unseen == 0


@pytest.mark.parametrize("coverage", [0.0, None])
def test_kept_where_nobody_watched_is_counted(small: Play, found: Found, ground: Ground, coverage: float | None) -> None:
    unseen = found.findings.with_columns(
        pl.when(pl.col("sector") == "sector-4").then(pl.lit(coverage, pl.Float64)).otherwise("coverage").alias("coverage")
    )
    assert score([counted(small, replace(found, findings=unseen), ground)]).kept_unseen == 2


def test_an_exchange_is_found_when_an_incident_with_it_is_more_probable_than_not(small: Play, found: Found, ground: Ground) -> None:
    """The first two are in incident 1, the fourth in none; the claim's is no exchange."""
    figures = score([counted(small, found, ground)])
    assert (figures.true_exchanges, figures.found_exchanges) == (3, pytest.approx(2 / 3))
    doubted = found.incidents.with_columns(pl.lit(0.5).alias("probability"))
    assert score([counted(small, replace(found, incidents=doubted), ground)]).found_exchanges == 0


def test_an_incident_that_is_a_field_fire_or_a_false_claim_did_not_happen(small: Play, found: Found, ground: Ground) -> None:
    assert set(counted(small, found, ground).probabilities) == {(0.98, True), (0.3, True), (0.9, False), (0.03, False)}


def test_calibration_error_is_the_mean_gap_between_said_and_happened() -> None:
    """Three at 0.1 of which one happened (gap 0.2333), one at 0.9 that happened (gap 0.1): (3 x 0.2333 + 0.1) / 4 = 0.2."""
    error, table = calibration([(0.1, False), (0.1, False), (0.1, True), (0.9, True)])
    assert error == pytest.approx(0.2, abs=1e-4)
    assert table == ((0.1, 0.3333, 3), (0.9, 1.0, 1))


def test_probabilities_that_are_true_to_their_word_have_no_error() -> None:
    error, _ = calibration([(0.25, True), (0.25, False), (0.25, False), (0.25, False), (1.0, True)])
    assert error == pytest.approx(0)


def test_two_months_are_added_before_shares_are_taken(small: Play, found: Found, ground: Ground) -> None:
    one = counted(small, found, ground)
    other = replace(one, pairs=(9, 9, 9))
    assert score([one, other]).pair_f1 == pytest.approx(2 * 10 / (12 + 11))


def test_nothing_to_divide_is_said_as_such_not_as_zero() -> None:
    empty = Tally(0, (0, 0, 0), (0, 0, 0), (0, 0), (0, 0, 0), (0, 0), ())
    figures = score([empty])
    assert all(math.isnan(value) for value in (figures.pair_f1, figures.right_findings, figures.calibration_error))
    assert figures.kept_unseen == 0


# One short month through the whole watch -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Play, Watchkeeping, pl.DataFrame]:
    folder: Path = tmp_path_factory.mktemp("watched") / "mission"
    play = make_demo_mission(folder, Scenario(seed=2, days=6))
    with open_mission(folder) as workspace:
        kept = keep_watch(play, workspace, DemoBench(folder))
        return play, kept, current_findings(workspace.store).collect()


def test_the_books_of_every_file_close(watched: tuple[Play, Watchkeeping, pl.DataFrame]) -> None:
    play, kept, _ = watched
    assert len(kept.runs) == len(play.deliveries)
    assert all(run.balanced for run in kept.runs)
    assert sum(run.quarantined for run in kept.runs) == 2


def test_no_sector_and_day_that_nobody_watched_is_called_kept(
    watched: tuple[Play, Watchkeeping, pl.DataFrame], ground: Ground
) -> None:
    """Told from the generator's own watches, not from the coverage that the finding states."""
    play, kept, findings = watched
    assert score([kept.tally]).kept_unseen == 0
    silent = findings.filter(pl.col("incident_id").is_null() & (pl.col("status") == KEPT))
    assert silent.height > 0
    watches = watches_of(play).filter((pl.col("state") == "watching") & (pl.col("observer") != "satellite"))
    watches = watches.with_columns(
        pl.Series(
            "sector",
            list(ground.geography.sector(*(watches[name].cast(pl.Float64).to_numpy() for name in ("latitude", "longitude")))),
            dtype=pl.String,
        )
    )
    for period in play.periods:
        seen = watches.filter((pl.col("from") < period.end) & (pl.col("until") > period.start))["sector"].unique()
        assert set(silent.filter(pl.col("day") == period.day)["sector"]) <= set(seen)


def test_what_the_demonstration_shows_is_the_score(watched: tuple[Play, Watchkeeping, pl.DataFrame]) -> None:
    _, kept, _ = watched
    result = demo_result(kept, "report.html")
    shown = result.to_json()
    assert shown["score"]["pair_f1"] == score([kept.tally]).pair_f1
    assert shown["books"]["received"] == shown["books"]["stored"] + shown["books"]["duplicate"] + shown["books"]["quarantined"]
    assert [title for title, _, _ in result.tables()][1] == "What was found, against what was true"
