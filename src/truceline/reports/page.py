"""The report laid out in the order that professionals know, written once for HTML and for Typst."""

from __future__ import annotations

from truceline.reports.blocks import Column, Figure, Page, Row, Section, Table, Text
from truceline.reports.charts import series_in_words, to_series_chart
from truceline.reports.daily import DailyReport, Totals
from truceline.reports.map import map_in_words, to_map
from truceline.reports.sections_of_incidents import allegations, areas, casualties, mines, violations, weapons
from truceline.reports.sections_of_watching import coverage, freedom, silence
from truceline.reports.words import (
    breakable,
    clock_long,
    day_words,
    figures,
    incidents_in_words,
    percent,
)


def page_of(report: DailyReport) -> Page:
    """The report laid out in the order that professionals know."""
    return Page(
        title=f"Daily report {report.number}",
        mission=report.mission,
        subtitle=f"{report.day.day} {report.day:%B %Y}",
        facts=_facts(report),
        key=_key(report),
        mark="SYNTHETIC: made up, not observed" if report.synthetic else "",
        number=report.number + (f", edition {report.edition}" if report.edition > 1 else ""),
        sections=(
            summary(report),
            running_total(report),
            violations(report),
            areas(report),
            weapons(report),
            mines(report),
            casualties(report),
            silence(report),
            freedom(report),
            coverage(report),
            terms(report),
            allegations(report),
            books(report),
            corrections(report),
            map_section(report),
            method(report),
        ),
    )


def _facts(report: DailyReport) -> tuple[tuple[str, str], ...]:
    names = ", ".join(name for _, name in report.parties)
    facts = [
        ("Period", f"{clock_long(report.local_from)} to {clock_long(report.local_until)}"),
        ("Times", report.zone_note),
        ("Agreement", f"{report.agreement_title} ({report.agreement}, {report.agreement_status}); parties: {names}"),
        ("Issued", clock_long(report.issued)),
    ]
    if report.restates:
        facts.append(("Edition", report.restates))
    if report.synthetic:
        facts.append(("Synthetic", "This report rests on made-up observations. Nothing in it was observed."))
    return tuple(facts)


def _key(report: DailyReport) -> tuple[tuple[str, str], ...]:
    totals = report.totals
    return (
        (f"{totals.violations:,}", "ceasefire violations, at least"),
        (f"{totals.explosions:,}", "of these explosions"),
        (f"{totals.open_incidents:,}", "incidents of fire that cannot be judged, not in the count"),
        (percent(report.coverage), "of ground and hours watched; the rest was not seen"),
    )


def summary(report: DailyReport) -> Section:
    """Totals by region beside those of the previous period."""
    rows = [_region(region.region, region.now, region.before) for region in report.regions]
    if len(report.regions) != 1:
        rows.append(_region("All", report.totals, sum((region.before for region in report.regions), Totals())))
    columns = (
        Column("Region", 3),
        Column("Violations, at least", 2, True),
        Column("previous", 1.3, True),
        Column("including explosions", 2, True),
        Column("previous", 1.3, True),
        Column("Incidents", 1.5, True),
        Column("Cannot be judged", 2, True),
    )
    caption = f"Violations by region; the previous period's figures {report.before_from}"
    return Section(
        "Summary",
        (
            Table(caption, columns, tuple(rows)),
            Text(_what_is_not_known(report)),
            Figure(
                to_series_chart(report),
                "Violations of each period as known now, and below each the share watched; hatched: not seen, which is not quiet",
                series_in_words(report),
            ),
        ),
    )


def _what_is_not_known(report: DailyReport) -> str:
    """What the counts leave open: shares undetermined, and what is too improbable to be counted."""
    undetermined = (
        f"Of the counted incidents, the responsible party is undetermined in {percent(report.undetermined_share)}, whether fire "
        f"was incoming or outgoing in {percent(report.undetermined_impact_share)}, and the weapon is not known in "
        f"{percent(report.weapon_unknown_share)}."
        if report.totals.incidents
        else f"No incident of fire is counted; {percent(1 - report.coverage)} of ground and hours was not watched."
    )
    heat = f", {report.unlikely_heat:,} of them heat seen from space alone, as of field fires" if report.unlikely_heat else ""
    return f"{undetermined} Not counted, being no more probable than not: {incidents_in_words(report.unlikely)}{heat}."


def _region(name: str, now: Totals, before: Totals) -> Row:
    counts = (now.violations, before.violations, now.explosions, before.explosions, now.incidents, now.open_incidents)
    return (name, *(f"{figure:,}" for figure in counts))


def running_total(report: DailyReport) -> Section:
    """Violations by kind since the last recommitment."""
    since = f"since the last recommitment, {clock_long(report.running_since)}" if report.running_since else "on record"
    columns = (Column("Kind", 4), Column("This period", 1.5, True), Column("Since recommitment", 2, True))
    rows = [(kind.kind.capitalize(), f"{kind.period:,}", f"{kind.since_start:,}") for kind in report.kinds]
    sums = (sum(kind.period for kind in report.kinds), sum(kind.since_start for kind in report.kinds))
    rows.append(("All", f"{sums[0]:,}", f"{sums[1]:,}"))
    return Section("Running total", (Table(f"Violations by kind, at least, {since}", columns, tuple(rows)),))


def terms(report: DailyReport) -> Section:
    """Findings by term, with what is missing."""
    columns = (
        Column("Term", 1.3),
        Column("Title", 2.6),
        Column("Kept", 0.7, True),
        Column("Broken", 0.8, True),
        Column("Cannot be judged", 1, True),
        Column("Not in force", 0.9, True),
        Column("What is missing where it cannot be judged", 5),
    )
    rows = tuple(
        (
            breakable(row.term),
            row.title,
            *(("–", "–", "duty", "–") if row.duty else figures(row.kept, row.broken, row.cannot_be_judged, row.not_in_force)),
            "; ".join(row.missing),
        )
        for row in report.terms
    )
    words = "One finding for each incident and term that concerns it, and one for each term, sector and day without incident."
    return Section("Findings by term", (Table("Findings of the period by term", columns, rows), Text(words, quiet=True)))


def books(report: DailyReport) -> Section:
    """What came in, and where it went."""
    books = report.books
    columns = tuple(
        Column(name, 1, True) for name in ("Files", "Received", "Stored", "Duplicate", "Quarantined", "Late", "Conflicting")
    )
    counts = (books.files, books.received, books.stored, books.duplicate, books.quarantined, books.late, books.conflicting)
    closed = books.received == books.stored + books.duplicate + books.quarantined
    words = "Received = stored + duplicate + quarantined" + (
        "; late and conflicting are flags on what is stored." if closed else " does not hold."
    )
    table = Table("Records taken in since the last report", columns, (figures(*counts),))
    return Section("Books", (table, Text(words, quiet=True)))


def corrections(report: DailyReport) -> Section:
    """Figures of earlier reports that have changed."""
    if not report.corrections:
        return Section(
            "Corrections to earlier reports", (Text("No figure of an earlier report has changed since it was last stated."),)
        )
    columns = (
        Column("Report", 1.2),
        Column("Period ending", 1.6),
        Column("Figure", 3),
        Column("stated", 1, True),
        Column("now", 1, True),
    )
    words = {"open_incidents": "incidents of fire that cannot be judged", "violations": "violations, at least"}
    rows = tuple(
        (row.report, day_words(row.day), words.get(row.what, row.what), f"{row.published:,}", f"{row.restated:,}")
        for row in report.corrections
    )
    note = "Records that came in later changed what is known of these days. Each change is told once."
    return Section("Corrections to earlier reports", (Table("Corrected figures", columns, rows), Text(note, quiet=True)))


def map_section(report: DailyReport) -> Section:
    """The map."""
    svg = to_map(report)
    if not svg:
        return Section("Map", (Text("The agreement has no drawn line."),))
    return Section("Map", (Figure(svg, "Violations by cell, cells watched, and the line with its accuracy", map_in_words(report)),))


def method(report: DailyReport) -> Section:
    """How the figures come about, with the settings used."""
    return Section("How these figures come about", tuple(Text(words, quiet=True) for words in report.method))
