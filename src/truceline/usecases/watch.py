"""Watches: what is new in the store becomes incidents, incidents become findings, and silence is judged day by day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from truceline.agreement.document import Agreement
from truceline.compliance.evidence import evidence_on_record
from truceline.compliance.findings import incident_findings, report_day, versioned
from truceline.compliance.silence import Silence
from truceline.compliance.tables import FINDING, STATUSES
from truceline.incidents.tables import INCIDENT, MEMBERSHIP
from truceline.incidents.update import reach, touched_components, update_incidents
from truceline.usecases.current import current_findings, current_incidents, current_membership
from truceline.usecases.mission import Mission
from truceline.usecases.ports import Commit, Run, Store
from truceline.usecases.workspace import Workspace
from truceline.values.time import ReportingPeriod


@dataclass(frozen=True, slots=True)
class Watched:
    """What one run of watch did: what was new, what changed, what is found."""

    new_observations: int
    new_exposures: int
    changed_incidents: int
    new_findings: int
    findings_by_status: dict[str, int]

    def to_json(self) -> dict[str, Any]:
        """Return the figures by name."""
        return {
            "new observations": self.new_observations,
            "new watches": self.new_exposures,
            "incidents new or changed": self.changed_incidents,
            "findings new or changed": self.new_findings,
            **{f"of these {status}": self.findings_by_status.get(status, 0) for status in STATUSES},
        }


def watch(workspace: Workspace, step: Callable[[int], None] = lambda _: None) -> Watched:
    """Bring incidents and findings up to date with what came in since the last watch, in one commit; touch only what is new."""
    store, now = workspace.store, workspace.clock.now()
    seen = max((number for number, _ in store.runs("watch")), default=0)
    fresh = store.scan("observation", after_run=seen).collect()
    fresh_exposures = store.scan("exposure", after_run=seen).collect()
    incidents, membership = _incidents(workspace, fresh, fresh_exposures, now)
    step(1)
    findings = _findings(workspace, incidents, _days(workspace.mission, fresh, fresh_exposures, incidents, now), now)
    step(1)
    received = fresh.height + fresh_exposures.height
    run = Run(kind="watch", started_at=now, received=received, stored=received)
    tables = {"incident": incidents, "membership": membership, "finding": findings}
    if received:
        store.commit(Commit(run, {name: frame for name, frame in tables.items() if frame.height}))
    counts = dict(findings.group_by(pl.col("status").cast(pl.String)).len().iter_rows())
    return Watched(fresh.height, fresh_exposures.height, incidents.height, findings.height, counts)


def _incidents(
    workspace: Workspace, fresh: pl.DataFrame, exposures: pl.DataFrame, now: datetime
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """New versions of the incidents that what is new can reach, with their membership."""
    store, mission = workspace.store, workspace.mission
    spans = [
        fresh.select(start="occurred_from", end="occurred_until"),
        exposures.select(start="watched_from", end="watched_until"),
        _corrected(store, fresh).select(start="earliest", end="latest"),
    ]
    span = pl.concat(spans)
    if not span.height:
        return INCIDENT.empty(), MEMBERSHIP.empty()
    start, end, observations, touched = _whole_components(workspace, span, fresh, exposures)
    watched = store.scan("exposure").filter((pl.col("watched_until") >= start) & (pl.col("watched_from") <= end)).collect()
    previous = current_incidents(store).filter((pl.col("latest") >= start) & (pl.col("earliest") <= end)).collect()
    members = current_membership(store).join(previous.lazy().select("incident_id"), on="incident_id", how="semi").collect()
    return update_incidents(
        observations,
        touched,
        previous.drop("run"),
        members.drop("run"),
        watched.drop("run"),
        mission.linking,
        mission.probability,
        mission.plane,
        now,
    )


def _corrected(store: Store, fresh: pl.DataFrame) -> pl.DataFrame:
    """Current incidents that hold an earlier content of what is new: a correction may leave them for another place and time."""
    ids = fresh.filter(pl.col("conflicting").fill_null(False))["observation_id"]
    if not ids.len():
        return INCIDENT.empty()
    held = current_membership(store).filter(pl.col("observation_id").is_in(ids.implode()))
    return current_incidents(store).join(held, on="incident_id", how="semi").collect().drop("run")


def _whole_components(
    workspace: Workspace, span: pl.DataFrame, fresh: pl.DataFrame, exposures: pl.DataFrame
) -> tuple[datetime, datetime, pl.DataFrame, pl.Series]:
    """The window of observations that holds every touched component whole: widened until none reaches its edge."""
    settings, margin = workspace.mission.linking, reach(workspace.mission.linking)
    start, end = _bounds(span, "start", "end")
    start, end, fetched = start - margin, end + margin, -1
    while True:
        inside = (pl.col("occurred_until") >= start) & (pl.col("occurred_from") <= end)
        observations = workspace.store.scan("observation").filter(inside).collect().drop("run")
        touched = _touched(fresh, observations, exposures)
        reached = touched_components(observations, touched, workspace.mission.plane, settings)
        if not reached.height or observations.height == fetched:
            return start, end, observations, touched
        first, last = _bounds(reached, "occurred_from", "occurred_until")
        if first - margin >= start and last + margin <= end:
            return start, end, observations, touched
        start, end, fetched = min(start, first - 3 * margin), max(end, last + 3 * margin), observations.height


def _bounds(frame: pl.DataFrame, start: str, end: str) -> tuple[datetime, datetime]:
    """Earliest start and latest end of a frame that has rows."""
    first, last = frame[start].min(), frame[end].max()
    assert isinstance(first, datetime) and isinstance(last, datetime)  # noqa: S101  the frame has rows
    return first, last


def _touched(fresh: pl.DataFrame, observations: pl.DataFrame, exposures: pl.DataFrame) -> pl.Series:
    """Ids of observations that are new, or during which somebody turns out to have watched: silence is evidence too."""
    ids = [fresh["observation_id"]]
    if exposures.height:
        hours = exposures.select(start=pl.col("watched_from").dt.truncate("1h"), end="watched_until")
        watched_hours = (
            hours.with_columns(pl.datetime_ranges("start", "end", interval="1h").alias("hour")).explode("hour")["hour"].unique()
        )
        during = observations.filter(pl.col("occurred_from").dt.truncate("1h").is_in(watched_hours.implode()))
        ids.append(during["observation_id"])
    return pl.concat(ids).unique()


def _findings(workspace: Workspace, incidents: pl.DataFrame, days: Iterable[date], now: datetime) -> pl.DataFrame:
    """New versions of findings: of the changed incidents, and of silence on the days they or new watches touch."""
    store, mission = workspace.store, workspace.mission
    changed = incidents.filter(pl.col("status") == "current")
    of_incidents = incident_findings(
        changed,
        workspace.agreement,
        workspace.geography,
        cut_off=mission.cut_off,
        zone=mission.zone,
        recorded_at=now,
        settings=mission.judging,
        evidence_on_record=evidence_on_record(changed, workspace.notices),
    )
    known = current_findings(store).collect().drop("run")
    days = _with_a_term_in_force(_with_days_since_last_judged(set(days), known), workspace.agreement)
    gone = incidents.select("incident_id")
    standing = pl.concat([known.join(gone, on="incident_id", how="anti"), of_incidents])
    silence = Silence(workspace.agreement, workspace.geography)
    exposures = _exposures(store, mission, days)
    of_silence = [_silence(silence, mission, day, exposures, standing, now) for day in days]
    return versioned(pl.concat([of_incidents, *of_silence]), store.scan("finding").collect().drop("run"))


def _with_days_since_last_judged(days: set[date], known: pl.DataFrame) -> list[date]:
    """The days to judge, and those after the last one judged: a day that was not over then has had no answer yet."""
    judged = known.filter(pl.col("incident_id").is_null())["day"].max()
    if days and isinstance(judged, date):
        days |= {judged + timedelta(days=number) for number in range(1, (max(days) - judged).days)}
    return sorted(days)


def _with_a_term_in_force(days: list[date], agreement: Agreement) -> list[date]:
    """The days on which some term may be in force: before the first and after the last there is no silence to judge."""
    spans = [span for term in agreement.terms for span in term.in_force]
    first = min(span.start for span in spans).date() - timedelta(days=1)
    ends = [span.end for span in spans]
    last = None if None in ends else max(end for end in ends if end is not None).date() + timedelta(days=2)
    return [day for day in days if first <= day and (last is None or day <= last)]


def _silence(
    silence: Silence, mission: Mission, day: date, exposures: pl.DataFrame, standing: pl.DataFrame, now: datetime
) -> pl.DataFrame:
    period = ReportingPeriod.ending(day, mission.cut_off, mission.zone)
    if period.end > now:
        return FINDING.empty()  # the day is not over: silence so far proves nothing yet
    during = exposures.filter((pl.col("watched_until") > period.start) & (pl.col("watched_from") < period.end))
    return silence.findings(period, during, standing, now, synthetic=mission.synthetic)


def _exposures(store: Store, mission: Mission, days: list[date]) -> pl.DataFrame:
    frame = store.scan("exposure")
    if not days:
        return frame.limit(0).collect()
    start = ReportingPeriod.ending(days[0], mission.cut_off, mission.zone).start
    end = ReportingPeriod.ending(days[-1], mission.cut_off, mission.zone).end
    return frame.filter((pl.col("watched_until") > start) & (pl.col("watched_from") < end)).collect()


def _days(mission: Mission, fresh: pl.DataFrame, exposures: pl.DataFrame, incidents: pl.DataFrame, now: datetime) -> set[date]:
    """Report days that something new touches, and every day between them: a day without any record is a day not seen."""
    instants = pl.concat(
        [
            fresh.select(pl.col("occurred_from").alias("at")),
            exposures.select(pl.col("watched_from").alias("at")),
            exposures.select(pl.col("watched_until").alias("at")),
            incidents.select(pl.col("earliest").alias("at")),
        ]
    ).filter(pl.col("at") < now.astimezone(UTC))
    if not instants.height:
        return set()
    days = instants.select(report_day(pl.col("at"), mission.cut_off, mission.zone).unique())["at"]
    first, last = days.min(), days.max()
    assert isinstance(first, date) and isinstance(last, date)  # noqa: S101  not empty, so not None
    return {first + timedelta(days=number) for number in range((last - first).days + 1)}
