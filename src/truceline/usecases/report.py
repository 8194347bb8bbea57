"""Publishes the daily report: numbered, never overwritten; what changes later is a new edition and a correction in the next."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import polars as pl

from truceline.reports.assemble import assemble, day_of
from truceline.reports.csv import to_csv
from truceline.reports.daily import Correction, DailyReport, Totals
from truceline.reports.geojson import to_geojson
from truceline.reports.html import to_html
from truceline.reports.json import rebuild, to_json
from truceline.reports.knowledge import SERIES_DAYS, Knowledge, Setting, Stated, books_of, last_recommitment
from truceline.reports.pdf import to_typst
from truceline.reports.protection import Protection
from truceline.usecases.current import current_findings, current_incidents, current_membership
from truceline.usecases.ports import Commit, Run, Store
from truceline.usecases.workspace import Workspace
from truceline.values.errors import InvalidRequest, Problem
from truceline.values.source import Value
from truceline.values.time import ReportingPeriod

REGISTER = "reports/register.json"


class Typeset(Protocol):
    """Turns a Typst source and its inputs into PDF bytes."""

    def __call__(self, source: str, inputs: Mapping[str, str]) -> bytes:
        """Return the PDF."""


class Entry(Value):
    """One published edition, as the register keeps it: enough to number the next and to tell corrections."""

    day: date
    number: str
    edition: int
    document: str
    totals: Totals
    regions: dict[str, Totals]
    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """A published report and its files by name."""

    report: DailyReport
    documents: Mapping[str, bytes]

    def summary(self) -> dict[str, Any]:
        """The figures that a person wants to see at once."""
        report, totals = self.report, self.report.totals
        return {
            "number": report.number,
            "edition": report.edition,
            "period": f"{report.local_from} to {report.local_until}",
            "violations, at least": totals.violations,
            "including explosions": totals.explosions,
            "incidents of fire": totals.incidents,
            "incidents of fire that cannot be judged": totals.open_incidents,
            "watched": f"{report.coverage:.0%}",
            "allegations awaiting verification": len(report.claims),
            "corrections to earlier reports": len({correction.day for correction in report.corrections}),
        }


def publish_report(day: date, workspace: Workspace, typeset: Typeset) -> Published:
    """Publish the report of the period that ends on a day.

    Publishing again what is known already gives the same bytes and stores nothing; when the knowledge has changed, a new edition
    stands beside the old one. Raises InvalidRequest while the period is not over.
    """
    period, now = _finished_period(day, workspace), workspace.clock.now()
    store = workspace.store
    with store.writing():
        register = _register(store)
        last = _last_edition(register, day, store)
        number = last.number if last else _next_number(register, day)
        known = knowledge_of(workspace, period, stated_before(register, day))
        report = assemble(period, number, 1, known, setting_of(workspace), now)
        if last is not None:
            report = _restated(report, last)
        documents = render(report, typeset)
        if report != last:
            _commit(store, report, documents, register, now)
    return Published(report, documents)


def render(report: DailyReport, typeset: Typeset) -> dict[str, bytes]:
    """Every format of a report by file name; a function of the report alone."""
    with ThreadPoolExecutor(max_workers=1) as beside:  # setting the print takes longer than all the others together
        pdf = beside.submit(typeset, *to_typst(report))
        documents = {
            "report.html": to_html(report),
            "incidents.csv": to_csv(report),
            "incidents.geojson": to_geojson(report),
            "report.json": to_json(report),
        }
        return {**documents, "report.pdf": pdf.result()}


def _finished_period(day: date, workspace: Workspace) -> ReportingPeriod:
    period = ReportingPeriod.ending(day, workspace.mission.cut_off, workspace.mission.zone)
    if period.end > workspace.clock.now():
        found = f"one that ends {period.end:%Y-%m-%d %H:%M} UTC"
        raise InvalidRequest(Problem(str(day), "a reporting period that is over", found, "Wait for the cut-off."))
    return period


# Numbers and editions ------------------------------------------------------------------------------------------------------


def _register(store: Store) -> list[Entry]:
    """Every published edition, in order of publication."""
    content = store.document(REGISTER)
    return [Entry.model_validate(entry) for entry in json.loads(content)] if content else []


def _last_edition(register: Sequence[Entry], day: date, store: Store) -> DailyReport | None:
    names = [entry.document for entry in register if entry.day == day]
    content = store.document(names[-1]) if names else None
    return rebuild(content) if content else None


def _next_number(register: Sequence[Entry], day: date) -> str:
    """The next number of the year, NNN/YYYY."""
    taken = [int(entry.number.split("/")[0]) for entry in register if entry.number.endswith(f"/{day.year}")]
    return f"{max(taken, default=0) + 1:03d}/{day.year}"


def stated_before(register: Sequence[Entry], day: date) -> tuple[Stated, ...]:
    """What the mission last stated about each earlier day, in its first edition or in a correction of another day's report."""
    stated: dict[date, Stated] = {}
    for entry in (entry for entry in register if entry.day < day):
        if entry.day not in stated:
            stated[entry.day] = Stated(entry.day, entry.number, entry.totals, entry.regions)
        for correction in entry.corrections:
            if correction.day in stated:
                before = stated[correction.day]
                totals = before.totals.model_copy(update={correction.what: correction.restated})
                stated[correction.day] = Stated(before.day, before.number, totals, before.regions)
    return tuple(stated[at] for at in sorted(stated))


def _restated(report: DailyReport, last: DailyReport) -> DailyReport:
    """The last edition where nothing has changed, otherwise the next one, saying what it changed.

    When it was issued and what came in meanwhile are no change of what is reported.
    """
    same = {"issued": last.issued, "edition": last.edition, "restates": last.restates, "books": last.books}
    if report.model_copy(update=same) == last:
        return last
    was, now = last.totals, report.totals
    changes = [
        f"{name.replace('_', ' ')} {getattr(was, name)} → {getattr(now, name)}"
        for name in ("violations", "explosions", "incidents", "open_incidents")
        if getattr(was, name) != getattr(now, name)
    ]
    words = "; ".join(changes) or "no total changed, but details did"
    restates = f"Edition {last.edition + 1} restates edition {last.edition}: {words}."
    return report.model_copy(update={"edition": last.edition + 1, "restates": restates})


def _commit(store: Store, report: DailyReport, documents: Mapping[str, bytes], register: Sequence[Entry], now: datetime) -> None:
    folder = f"reports/{report.day}/edition-{report.edition}"
    entry = Entry(
        day=report.day,
        number=report.number,
        edition=report.edition,
        document=f"{folder}/report.json",
        totals=report.totals,
        regions={region.region: region.now for region in report.regions},
        corrections=report.corrections,
    )
    content = json.dumps([item.model_dump(mode="json") for item in (*register, entry)], ensure_ascii=False, sort_keys=True)
    files = {f"{folder}/{name}": body for name, body in documents.items()} | {REGISTER: content.encode()}
    store.commit(Commit(Run(kind="report", started_at=now, file=report.day.isoformat()), documents=files))


# What is known -------------------------------------------------------------------------------------------------------------


def knowledge_of(workspace: Workspace, period: ReportingPeriod, stated: tuple[Stated, ...]) -> Knowledge:
    """What the store holds on a period and as far back as the running total and the chart reach, no more."""
    store, setting = workspace.store, setting_of(workspace)
    first = _window_start(workspace, period)
    incidents = current_incidents(store).filter((pl.col("earliest") >= first) & (pl.col("earliest") < period.end)).collect()
    findings = current_findings(store).filter(pl.col("day").is_between(day_of(first, setting), period.day)).collect()
    of_period = incidents.filter(pl.col("earliest") >= period.start)
    members = current_membership(store).join(of_period.lazy().select("incident_id"), on="incident_id", how="semi").collect()
    observations = store.scan("observation").join(members.lazy().select("observation_id"), on="observation_id", how="semi")
    start = ReportingPeriod.ending(period.day - timedelta(days=SERIES_DAYS), setting.cut_off, setting.zone).start
    watches = store.scan("exposure").filter((pl.col("watched_until") > start) & (pl.col("watched_from") < period.end))
    return Knowledge(
        incidents=incidents.drop("run"),
        findings=findings.drop("run"),
        membership=members.drop("run").unique(),
        observations=observations.drop("run").unique("observation_id").collect(),
        exposures=watches.drop("run").collect().unique(["exposure_id", "content_hash"]).sort("exposure_id", "content_hash"),
        books=books_of(_runs_since_last_report(store, period.day)),
        stated=stated,
        since=day_of(first, setting),
    )


def _window_start(workspace: Workspace, period: ReportingPeriod) -> datetime:
    """The earlier of the last recommitment's period and the first period of the chart."""
    mission = workspace.mission
    days = [period.day - timedelta(days=SERIES_DAYS)]
    since = last_recommitment(workspace.agreement, period.end)
    if since is not None:
        days.append(day_of(since, setting_of(workspace)))
    return ReportingPeriod.ending(min(days), mission.cut_off, mission.zone).start


def _runs_since_last_report(store: Store, day: date) -> tuple[Run, ...]:
    """Runs of ingest since the report of an earlier day was published; all of them before the first."""
    runs = store.runs()
    since = max((number for number, run in runs if run.kind == "report" and run.file < day.isoformat()), default=0)
    return tuple(run for number, run in runs if run.kind == "ingest" and number > since)


def setting_of(workspace: Workspace) -> Setting:
    """Whose report it is, and its rules."""
    mission, publication = workspace.mission, workspace.mission.publication
    return Setting(
        mission=mission.title,
        agreement=workspace.agreement,
        geography=workspace.geography,
        zone=mission.zone,
        cut_off=mission.cut_off,
        places=workspace.places,
        sources=workspace.sources,
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
    linking, judging, publication = mission.linking, mission.judging, mission.publication
    return (
        f"The period ends at the cut-off, {mission.cut_off:%H:%M} local time; an incident belongs to the period in which it began. "
        "Reports of one event by several sources are one incident: no farther apart than "
        f"{linking.longest_gap_min:g} minutes and {linking.largest_gap_km:g} km beyond their own uncertainty, never longer than "
        f"{linking.longest_duration_h:g} hours or wider than {linking.largest_extent_km:g} km. Sources with one origin are one "
        "witness.",
        "'At least' is the largest count of one witness: each detonation, projectile, flash, flare, burst or shot counts one. A "
        f"ceasefire violation is counted when its incident is more probable than {100 * mission.more_probable_than_not:g} % "
        "and a term is broken, or would be but for not knowing who did it. A term is found broken from a probability of "
        f"{100 * judging.broken_from:g} % on. Incidents of fire that otherwise cannot be judged stand beside it.",
        "Probabilities rest on stated grades of sources and reports, and on who watched and noticed nothing; they are conventions "
        "of the mission, not measurements.",
        "Four answers are kept apart: kept, broken, cannot be judged (and what is missing), not in force. Silence is 'kept' only "
        "where enough of ground and hours was watched; not seen is never quiet.",
        "Responsibility is read from evidence of origin that monitors have seen, never from which side was hit. Claims by the "
        "parties are shown as claims and are no evidence of responsibility.",
        "Positions of monitors and sensors are withheld: a watch is shown as a fixed H3 cell of resolution "
        f"{publication.observer_cell_resolution}, no sooner than {publication.observer_delay_h:g} hours after it ended; an "
        f"incident as a cell of resolution {publication.incident_cell_resolution}, or like a watch where it happened to the "
        "monitors or within 1 km of them. N/K: not known.",
    )
