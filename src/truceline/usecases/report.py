"""Publishes the daily report: numbered, never overwritten; what changes later is a new edition and a correction in the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from truceline.reports.assemble import SERIES_DAYS, Knowledge, Setting, assemble
from truceline.reports.csv import to_csv
from truceline.reports.daily import DailyReport
from truceline.reports.geojson import to_geojson
from truceline.reports.html import to_html
from truceline.reports.json import rebuild, to_json
from truceline.reports.pdf import to_typst
from truceline.reports.protection import Protection
from truceline.usecases.current import current_findings, current_incidents, current_membership
from truceline.usecases.ports import Commit, Run, Store
from truceline.usecases.workspace import Workspace
from truceline.values.errors import InvalidRequest, Problem
from truceline.values.time import ReportingPeriod

Typeset = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Published:
    """A published report and its files by name."""

    report: DailyReport
    documents: Mapping[str, bytes]

    def summary(self) -> dict[str, Any]:
        """The figures that a person wants to see at once."""
        report = self.report
        return {
            "number": report.number,
            "edition": report.edition,
            "period": report.period,
            "violations, at least": report.total,
            "incidents": len(report.incidents),
            "watched": f"{report.coverage:.0%}",
            "allegations awaiting verification": len(report.claims),
            "corrections to earlier reports": len(report.corrections),
        }


def publish_report(day: date, workspace: Workspace, typeset: Typeset) -> Published:
    """Publish the report of the period that ends on a day.

    Publishing again what is known already gives the same bytes and stores nothing; when the knowledge has changed, a new edition
    stands beside the old one. Raises InvalidRequest while the period is not over.
    """
    mission = workspace.mission
    period = ReportingPeriod.ending(day, mission.cut_off, mission.zone)
    if period.end > workspace.clock.now():
        raise InvalidRequest(
            Problem(
                str(day),
                "a reporting period that is over",
                f"one that ends {period.end:%Y-%m-%d %H:%M} UTC",
                "Wait for the cut-off.",
            )
        )
    earlier, last = _published(workspace.store, day)
    number = last.number if last else _next_number(earlier, day)
    known, setting = _knowledge(workspace, period, earlier), _setting(workspace)
    report = assemble(period, number, last.edition if last else 1, known, setting, period.end)
    if last is not None and report != last:
        report = report.model_copy(update={"edition": last.edition + 1})
    documents = render(report, typeset)
    if report != last:
        folder = f"reports/{day}/edition-{report.edition}"
        run = Run(kind="report", started_at=workspace.clock.now(), file=day.isoformat())
        workspace.store.commit(Commit(run, documents={f"{folder}/{name}": content for name, content in documents.items()}))
    return Published(report, documents)


def render(report: DailyReport, typeset: Typeset) -> dict[str, bytes]:
    """Every format of a report by file name; a function of the report alone."""
    return {
        "report.html": to_html(report),
        "report.pdf": typeset(to_typst(report)),
        "incidents.csv": to_csv(report),
        "incidents.geojson": to_geojson(report),
        "report.json": to_json(report),
    }


def _published(store: Store, day: date) -> tuple[tuple[DailyReport, ...], DailyReport | None]:
    """The latest editions of the reports of earlier days, oldest first, and of this day, if there is one."""
    latest: dict[str, tuple[int, str]] = {}
    for name in store.documents("reports/"):
        _, of_day, edition, file = name.split("/")
        if file == "report.json":
            latest[of_day] = max(latest.get(of_day, (0, "")), (int(edition.removeprefix("edition-")), name))
    reports = [rebuild(store.document(name) or b"") for _, (_, name) in sorted(latest.items())]
    own = next((report for report in reports if report.day == day), None)
    return tuple(report for report in reports if report.day < day), own


def _next_number(earlier: tuple[DailyReport, ...], day: date) -> str:
    """The next number of the year, NNN/YYYY."""
    taken = [int(report.number.split("/")[0]) for report in earlier if report.day.year == day.year]
    return f"{max(taken, default=0) + 1:03d}/{day.year}"


def _knowledge(workspace: Workspace, period: ReportingPeriod, earlier: tuple[DailyReport, ...]) -> Knowledge:
    store = workspace.store
    findings = current_findings(store).filter(pl.col("day") <= period.day).collect().drop("run")
    incidents = current_incidents(store).filter(pl.col("earliest") < period.end).collect().drop("run")
    start = period.start - timedelta(days=SERIES_DAYS)
    watches = store.scan("exposure").filter((pl.col("watched_until") > start) & (pl.col("watched_from") < period.end))
    return Knowledge(
        incidents=incidents,
        findings=findings,
        means=_means(store, period, findings),
        exposures=watches.collect().drop("run").sort("exposure_id", "content_hash"),
        runs=_runs_since_last_report(store, period.day),
        earlier=earlier,
    )


def _means(store: Store, period: ReportingPeriod, findings: pl.DataFrame) -> pl.DataFrame:
    """Means of observation of each incident of the period, in words: incident_id, means."""
    ids = findings.filter(pl.col("day") == period.day)["incident_id"].drop_nulls().unique()
    members = current_membership(store).filter(pl.col("incident_id").is_in(ids.implode())).drop("run")
    observed = store.scan("observation").select("observation_id", pl.col("means").cast(pl.String))
    return (
        members.join(observed, on="observation_id")
        .group_by("incident_id")
        .agg(pl.col("means").unique().sort().str.join(", "))
        .collect()
    )


def _runs_since_last_report(store: Store, day: date) -> tuple[Run, ...]:
    """Runs of ingest since the report of an earlier day was published; all of them before the first."""
    runs = store.runs()
    since = max((number for number, run in runs if run.kind == "report" and run.file < day.isoformat()), default=0)
    own = [number for number, run in runs if run.kind == "report" and run.file > day.isoformat()]
    until = min(own, default=max((number for number, _ in runs), default=0) + 1)
    return tuple(run for number, run in runs if run.kind == "ingest" and since < number < until)


def _setting(workspace: Workspace) -> Setting:
    mission = workspace.mission
    publication = mission.publication
    return Setting(
        mission=mission.title,
        agreement=workspace.agreement,
        geography=workspace.geography,
        zone=mission.zone,
        places=workspace.places,
        protection=Protection(
            publication.incident_cell_resolution, publication.observer_cell_resolution, publication.observer_delay_h
        ),
        counted_above=mission.more_probable_than_not,
        synthetic=mission.synthetic,
        method=_method(workspace),
    )


def _method(workspace: Workspace) -> tuple[str, ...]:
    """How the figures come about, with the settings that were used."""
    mission = workspace.mission
    linking, judging = mission.linking, mission.judging
    return (
        f"The period ends at the cut-off of {mission.cut_off:%H:%M} local time. Reports of one event by several sources are one "
        f"incident: no farther apart than {linking.longest_gap_min:g} minutes and {linking.largest_gap_km:g} km beyond their own "
        f"uncertainty, never longer than {linking.longest_duration_h:g} hours or wider than {linking.largest_extent_km:g} km. "
        "Sources with one origin are one witness.",
        "'At least' is the largest count of one witness. An incident counts when it is more probable than "
        f"{mission.more_probable_than_not:.0%}; a term is found broken from {judging.broken_from:.0%} on. Probabilities rest on "
        "stated grades of sources and reports and on who watched and noticed nothing; they are conventions, not measurements.",
        "Four answers are kept apart: kept, broken, cannot be judged (and what is missing), not in force. Silence is 'kept' only "
        "where enough of ground and hours was watched. Responsibility is read from evidence of origin seen by monitors, never "
        "from which side was hit; claims are no evidence of it.",
        "Positions of monitors and sensors are withheld: watches appear as fixed coarse cells, a day late; incidents as fixed "
        "cells.",
    )
