"""A made-up month goes through the whole watch: what comes late or in other batches changes nothing in what is found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from truceline.adapters.clock import FixedClock
from truceline.exercise.play import Delivery, Play
from truceline.exercise.scenario import Scenario
from truceline.usecases.current import current_findings, current_incidents, current_membership
from truceline.usecases.ingest import ingest
from truceline.usecases.watch import watch
from truceline.usecases.workspace import Workspace
from truceline.wiring import DemoBench, make_demo_mission, open_mission

DAYS = 5


@contextmanager
def mission(folder: Path) -> Iterator[tuple[Workspace, Play]]:
    played = make_demo_mission(folder, Scenario(seed=3, days=DAYS))
    with open_mission(folder) as workspace:
        yield workspace, played


def take_in(workspace: Workspace, deliveries: list[Delivery], now: datetime) -> None:
    bench = DemoBench(workspace.folder)
    for delivery in deliveries:
        path = bench.write(delivery)
        ingest(bench.reader(delivery.feed, workspace), [path], workspace.store, FixedClock(now), workspace.mission)


def content(frame: pl.DataFrame, *keys: str) -> list[tuple[object, ...]]:
    """Rows without what only tells when and in which version they were written."""
    bookkeeping = ("run", "version", "recorded_at", "incident_id", "finding_id", "incident_version", "split_from")
    plain = frame.drop(name for name in bookkeeping if name in frame.columns)
    return sorted(plain.rows(), key=repr)


def partition(workspace: Workspace) -> set[frozenset[int]]:
    members = current_membership(workspace.store).collect()
    return {frozenset(ids) for ids in members.group_by("incident_id").agg("observation_id")["observation_id"].to_list()}


@pytest.fixture(scope="module")
def day_by_day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, Play]]:
    with mission(tmp_path_factory.mktemp("daily") / "m") as (workspace, played):
        for period in played.periods:
            now = period.end + timedelta(hours=1)
            take_in(workspace, [delivery for delivery in played.deliveries if delivery.received_at == now], now)
            watch(replace(workspace, clock=FixedClock(now)))
        yield workspace, played


@pytest.fixture(scope="module")
def all_at_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with mission(tmp_path_factory.mktemp("once") / "m") as (workspace, played):
        now = played.periods[-1].end + timedelta(hours=1)
        take_in(workspace, list(reversed(played.deliveries)), now)
        watch(replace(workspace, clock=FixedClock(now)))
        yield workspace


def test_incidents_are_the_same_day_by_day_and_all_at_once(day_by_day: tuple[Workspace, Play], all_at_once: Workspace) -> None:
    workspace, _ = day_by_day
    assert partition(workspace) == partition(all_at_once)
    daily, once = (content(current_incidents(each.store).collect()) for each in (workspace, all_at_once))
    assert daily == once


def test_findings_are_the_same_day_by_day_and_all_at_once(day_by_day: tuple[Workspace, Play], all_at_once: Workspace) -> None:
    workspace, _ = day_by_day
    daily, once = (content(current_findings(each.store).collect()) for each in (workspace, all_at_once))
    assert daily == once


def test_watching_again_without_news_changes_nothing(day_by_day: tuple[Workspace, Play]) -> None:
    workspace, played = day_by_day
    runs = len(workspace.store.runs())
    again = watch(replace(workspace, clock=FixedClock(played.periods[-1].end + timedelta(hours=2))))
    assert (again.changed_incidents, again.new_findings, len(workspace.store.runs())) == (0, 0, runs)


def test_every_observation_is_in_at_most_one_incident(day_by_day: tuple[Workspace, Play]) -> None:
    workspace, _ = day_by_day
    members = current_membership(workspace.store).collect()["observation_id"]
    assert members.is_unique().all()


def test_every_incident_with_a_conduct_has_a_finding_and_every_term_an_answer_a_day(day_by_day: tuple[Workspace, Play]) -> None:
    workspace, played = day_by_day
    findings = current_findings(workspace.store).collect()
    judged = set(findings["incident_id"].drop_nulls())
    incidents = current_incidents(workspace.store).filter(pl.col("conduct").is_not_null()).collect()
    assert set(incidents["incident_id"]) == judged
    silent = findings.filter(pl.col("incident_id").is_null())
    assert set(silent["day"]) >= {period.day for period in played.periods}


def test_nothing_is_kept_where_nobody_watched(day_by_day: tuple[Workspace, Play]) -> None:
    findings = current_findings(day_by_day[0].store).collect()
    kept = findings.filter(pl.col("incident_id").is_null() & (pl.col("status") == "kept"))
    assert (kept["coverage"] > 0).all()


def test_each_run_leaves_a_store_that_verifies(day_by_day: tuple[Workspace, Play]) -> None:
    assert list(day_by_day[0].store.verify()) == []
