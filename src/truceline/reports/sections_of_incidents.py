"""The sections that list what happened: violations, areas, weapons, mines, casualties, allegations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from truceline.reports.blocks import Block, Column, Row, Section, Table, Text
from truceline.reports.daily import DailyReport, IncidentRow
from truceline.reports.words import (
    figures,
    finding,
    incidents_in_words,
    when,
    where,
)

VIOLATION_COLUMNS = (
    Column("No.", 0.7, True),
    Column("Date, time", 1.9),
    Column("Place and cell", 2.9),
    Column("Means, sources, witnesses", 2.7),
    Column("At least", 0.8, True),
    Column("Observation", 1.8),
    Column("Description", 1.9),
    Column("Weapon", 1.8),
    Column("Term: finding (probability)", 2.3),
    Column("Responsible", 2.1),
)


def violations(report: DailyReport) -> Section:
    """The table of ceasefire violations, by sector and time."""
    fires = report.of_conduct("fire")
    listed = [row for row in fires if row.status in ("broken", "cannot be judged")]
    excused = [row for row in fires if row.status in ("kept", "not in force")]
    blocks: list[Block] = []
    titles = {sector.sector: sector.title for sector in report.watch} | {"": "Outside the sectors"}
    for sector in dict.fromkeys([*titles, *(row.sector for row in listed)]):
        own = [row for row in listed if row.sector == sector]
        if own:
            caption = f"{titles.get(sector, sector)}: {incidents_in_words(len(own))}"
            blocks.append(Table(caption, VIOLATION_COLUMNS, tuple(_violation(row, report) for row in own)))
    if not listed:
        blocks.append(Text("No ceasefire violation was found. What was not watched is in section 10."))
    if excused:
        caption = (
            f"Fire that is no violation: an exception excuses it, or no term was in force there: {incidents_in_words(len(excused))}"
        )
        blocks.append(Table(caption, VIOLATION_COLUMNS, tuple(_violation(row, report) for row in excused)))
    note = (
        "'At least' is the largest count of one witness. Witnesses are independent: reports with one origin are one. Places are "
        "those of the cell's middle. N/K: not known, not confirmed or not verified. Only findings 'broken' are in the count, "
        "and those that lack nothing but the name of who did it."
    )
    return Section("Table of ceasefire violations", (*blocks, Text(note, quiet=True)), wide=True)


def _violation(row: IncidentRow, report: DailyReport) -> Row:
    return (
        str(row.number),
        when(row.local_from, row.local_until),
        where(row),
        f"{row.means}: {row.sources}" + (f"; {row.witnesses} witnesses" if row.witnesses > 1 else ""),
        f"{row.count:,}",
        row.observation if row.explosions in (0, row.count) else f"{row.observation} ({row.explosions} explosions)",
        row.description,
        row.weapon,
        f"{finding(row)} ({row.probability:.2f})",
        report.party_name(row.responsible),
    )


def areas(report: DailyReport) -> Section:
    """What was found in and near the disengagement areas."""
    columns = (
        Column("Area", 2.4),
        Column("Fire inside", 1, True),
        Column("perhaps inside", 1.2, True),
        Column("near (5 km)", 1.1, True),
        Column("Terms of the area", 6),
    )
    rows = tuple(
        (row.title, str(row.inside), str(row.cannot_be_told), str(row.near), ". ".join(row.findings)) for row in report.areas
    )
    blocks: tuple[Block, ...] = (Table("Disengagement areas", columns, rows),)
    return Section("Disengagement areas", blocks if rows else (Text("The agreement has no disengagement area."),))


CONDUCT_COLUMNS = (
    Column("No.", 0.7, True),
    Column("Date, time", 2.2),
    Column("Place and cell", 2.8),
    Column("Observation", 1.9),
    Column("At least", 0.8, True),
    Column("Weapon", 1.9),
    Column("Sources", 2),
    Column("Term: finding (probability)", 2.6),
    Column("Responsible", 2.1),
)


def conduct_table(report: DailyReport, caption: str, rows: Iterable[IncidentRow]) -> Table:
    """A table of incidents of conduct other than fire."""
    cells = tuple(
        (
            str(row.number),
            when(row.local_from, row.local_until),
            where(row),
            row.observation,
            f"{row.count:,}",
            row.weapon,
            row.sources,
            f"{finding(row)} ({row.probability:.2f})",
            report.party_name(row.responsible),
        )
        for row in rows
    )
    return Table(caption, CONDUCT_COLUMNS, cells)


def weapons(report: DailyReport) -> Section:
    """Weapons in violation of withdrawal, and flights, movement and positions."""
    weapons = report.of_conduct("weapons")
    others = report.of_conduct("aircraft", "uav", "movement", "fortification", "offensive action")
    blocks: list[Block] = []
    broken = sum(row.status == "broken" for row in weapons)
    if weapons:
        blocks.append(conduct_table(report, f"Weapons: {broken} of {incidents_in_words(len(weapons))} in violation", weapons))
    else:
        blocks.append(Text("No weapon was seen in violation of withdrawal. What was not watched is in section 10."))
    if others:
        caption = f"Other conduct that terms forbid: flights, movement, positions: {incidents_in_words(len(others))}"
        blocks.append(conduct_table(report, caption, others))
    return Section("Weapons in violation of withdrawal, and other conduct", tuple(blocks))


def mines(report: DailyReport) -> Section:
    """Mines and unexploded ordnance."""
    return _simple(report, "Mines and unexploded ordnance", report.of_conduct("mines"), "No mine was reported by more than claims.")


def casualties(report: DailyReport) -> Section:
    """Civilian casualties and damage."""
    damage = [row for row in report.incidents if row.observation in ("casualty", "damage") and row.likely]
    return _simple(report, "Civilian casualties and damage", damage, "No casualty or damage was corroborated.")


def _simple(report: DailyReport, title: str, rows: Sequence[IncidentRow], nothing: str) -> Section:
    block: Block = conduct_table(report, title, rows) if rows else Text(nothing)
    return Section(title, (block,))


CLAIM_COLUMNS = (
    Column("Claimant", 1.8),
    Column("Against", 1.6),
    Column("Date, time as claimed", 2.4),
    Column("Place", 2.8),
    Column("What", 1.6),
    Column("At least", 0.8, True),
    Column("Witnesses", 1.3, True),
    Column("Probability", 1.3, True),
)


def allegations(report: DailyReport) -> Section:
    """Claims, apart from all counts, with who makes them."""
    if not report.claim_totals:
        return Section(
            "Allegations awaiting verification", (Text("No allegation was received for the period."), *_withheld(report))
        )
    columns = (
        Column("Claimant", 3),
        Column("Against", 3),
        Column("Allegations", 1.3, True),
        Column("monitors noticed it too", 2, True),
        Column("awaiting verification", 2, True),
    )
    totals = tuple(
        (report.party_name(row.claimant), report.party_name(row.accused), *figures(row.claims, row.seen_by_monitors, row.awaiting))
        for row in report.claim_totals
    )
    return Section(
        "Allegations awaiting verification",
        (
            Text("These are claims of those who make them. They are in no count unless independent witnesses bear them out."),
            Table("Allegations by claimant", columns, totals),
            *([Table("Allegations that no monitor has noticed", CLAIM_COLUMNS, _claims(report))] if report.claims else []),
            *_withheld(report),
        ),
    )


def _claims(report: DailyReport) -> tuple[Row, ...]:
    return tuple(
        (
            _names(row.claimant, report),
            _names(row.accused, report) or "nobody named",
            when(row.local_from, row.local_until),
            row.near or "outside the sectors",
            row.what,
            f"{row.count:,}",
            str(row.witnesses),
            f"{row.probability:.2f}",
        )
        for row in report.claims
    )


def _names(joined: str, report: DailyReport) -> str:
    return ", ".join(report.party_name(name) for name in joined.split(", ")) if joined else ""


def _withheld(report: DailyReport) -> list[Block]:
    words = f"Further allegations that their originators have not released to the public: {report.withheld}."
    return [Text(words, quiet=True)] if report.withheld else []
