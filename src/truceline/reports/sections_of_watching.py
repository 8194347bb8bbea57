"""The sections on who watched: windows of silence, freedom of movement, coverage."""

from __future__ import annotations

from truceline.reports.blocks import Column, Figure, Section, Table, Text
from truceline.reports.charts import strip_in_words, to_coverage_strip
from truceline.reports.daily import DailyReport
from truceline.reports.sections_of_incidents import conduct_table
from truceline.reports.words import (
    OBSERVERS,
    clock_day,
    percent,
    times,
)


def silence(report: DailyReport) -> Section:
    """The longest spells without violation in which enough was watched."""
    columns = (
        Column("Sector", 3),
        Column("Longest spells without violation, enough watched", 5),
        Column("Hours", 1, True),
        Column("Hours not seen", 1.4, True),
    )
    rows = []
    for sector in report.watch:
        spells = "; ".join(f"{clock_day(spell.local_from)} to {clock_day(spell.local_until)}" for spell in sector.silences)
        hours = "; ".join(f"{spell.hours:g}" for spell in sector.silences)
        rows.append((sector.title, spells or "none that was watched enough", hours or "–", f"{sector.unseen_h:g}"))
    words = (
        f"A spell counts as silent only while at least {percent(report.least_watched)} of the sector was watched; hours in which "
        "less was watched are not seen, and prove nothing either way. Spells of an hour and more, the two longest of each sector."
    )
    return Section("Windows of silence", (Table("Windows of silence by sector", columns, tuple(rows)), Text(words, quiet=True)))


def freedom(report: DailyReport) -> Section:
    """What kept the mission from watching, and by whom."""
    columns = (
        Column("From", 1.6),
        Column("Until", 1.6),
        Column("What", 2.2),
        Column("Who", 1.6),
        Column("Where", 4),
        Column("By", 2),
    )
    rows = tuple(
        (
            clock_day(row.local_from),
            clock_day(row.local_until),
            row.what,
            OBSERVERS.get(row.observer, row.observer),
            row.near or "outside the sectors",
            report.party_name(row.by),
        )
        for row in report.restrictions
    )
    denied, jammed = (sum(row.what == what for row in report.restrictions) for what in ("access denied", "signal interference"))
    words = f"Access was denied {times(denied)}, signals were interfered with {times(jammed)}."
    note = "Where patrols and sensors were is given by sector, and no finer than a coarse cell once a watch is long over."
    if not rows:
        return Section("Freedom of movement", (Text("Nothing on record kept monitors or sensors from watching."),))
    table = Table("What kept the mission from watching", columns, rows)
    found = report.of_conduct("denial of access", "jamming")
    findings = [conduct_table(report, "Incidents against the mission, and the terms that forbid them", found)] if found else []
    return Section("Freedom of movement", (Text(words), table, *findings, Text(note, quiet=True)))


def coverage(report: DailyReport) -> Section:
    """How much was watched, and what was not."""
    columns = (Column("Observer", 2), Column("State", 2), Column("Watches", 1, True), Column("Hours", 1, True))
    rows = tuple(
        (
            OBSERVERS.get(row.observer, row.observer),
            row.state,
            f"{row.watches:,}",
            "passes" if row.observer == "satellite" else f"{row.hours:,.1f}",
        )
        for row in report.watch_hours
    )
    words = (
        f"{percent(report.coverage)} of ground and hours along the line was watched by somebody who could notice fire; "
        f"{percent(1 - report.coverage)} was not. What happened there is not known."
    )
    strip = Figure(
        to_coverage_strip(report),
        "Share of each sector watched, in steps of two hours (local time at the start of each)",
        strip_in_words(report.watch),
    )
    hours = Table("Hours by kind of observer and state", columns, rows) if rows else Text("No watch is on record.")
    return Section("Coverage", (Text(words), strip, hours))
