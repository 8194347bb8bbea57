"""The report as Typst source: the same sections and words as the page, set for A4."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from truceline.reports.charts import to_coverage_strip, to_series_chart
from truceline.reports.daily import DailyReport, IncidentRow
from truceline.reports.html import clock, clock_day, percent
from truceline.reports.map import to_map

PREAMBLE = """\
#set page(paper: "a4", margin: (x: 15mm, top: 19mm, bottom: 17mm),
  header: context [#set text(8pt, fill: luma(80)); #grid(columns: (1fr, auto), {mark}, {number})],
  footer: context [#set text(8pt, fill: luma(80)); #grid(columns: (1fr, auto), {agreement}, [page #counter(page).display("1 of 1", both: true)])])
#set text(font: "Libertinus Serif", size: 9.5pt, lang: "en")
#set par(leading: 0.55em)
#show heading: set block(above: 1.3em, below: 0.6em)
#show heading.where(level: 1): set text(17pt)
#show heading.where(level: 2): set text(11.5pt)
#set table(stroke: (x, y) => (bottom: if y == 0 {{ 0.8pt }} else {{ 0.3pt + luma(190) }}), inset: (x: 3pt, y: 3pt))
#show table: set text(7.6pt)
#show table.cell.where(y: 0): set text(weight: "bold")
"""  # noqa: E501  Typst source, one setting a line


def to_typst(report: DailyReport) -> str:
    """Typst source of a report; text from records is only ever inside string literals."""
    mark = text("SYNTHETIC: made up, not observed") if report.synthetic else text(report.mission)
    parts = [
        PREAMBLE.format(mark=mark, number=text(f"Daily report {report.number}"), agreement=text(report.agreement)),
        f"#set document(title: {text(f'Daily report {report.number}')}, date: none)",
        f"= #{text(f'Daily report {report.number}')}",
        para(f"{report.mission} · {report.agreement_title}"),
        para(f"{report.period}. {report.zone_note}" + (f" Edition {report.edition}, restated." if report.edition > 1 else "")),
        *_summary(report),
        *_violations(report),
        *_other_findings(report),
        *_watching(report),
        *_terms_and_claims(report),
        *_closing(report),
    ]
    return "\n\n".join(parts)


def text(words: object) -> str:
    """A string literal of Typst."""
    escaped = str(words).replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


def para(words: str) -> str:
    """A paragraph."""
    return f"#par[#{text(words)}]"


def table(widths: Sequence[str], head: Sequence[str], rows: Iterable[Sequence[object]], right: Sequence[int] = ()) -> str:
    """A table whose head is repeated on each page; columns numbered in `right` are aligned to the right."""
    align = ", ".join("right" if place in right else "left" for place in range(len(head)))
    cells = "\n".join("  " + ", ".join(text(cell) for cell in row) + "," for row in rows)
    header = ", ".join(text(name) for name in head)
    return f"#table(columns: ({', '.join(widths)},), align: ({align},),\n  table.header({header}),\n{cells}\n)"


def picture(svg: str) -> str:
    """An SVG across the page."""
    return f'#image(bytes({text(svg)}), format: "svg", width: 100%)' if svg else ""


def heading(words: str) -> str:
    """A section's heading."""
    return f"== #{text(words)}"


def _summary(report: DailyReport) -> list[str]:
    regions = [
        (
            region.region,
            f"{region.violations} ({region.previous_violations})",
            f"{region.explosions} ({region.previous_explosions})",
            region.incidents,
        )
        for region in report.regions
    ]
    sentence = (
        f"At least {report.total} ceasefire violations in {len(report.rows('fire'))} incidents of fire; "
        f"{percent(report.coverage)} of ground and hours were watched; the responsible party is undetermined in "
        f"{percent(report.undetermined_share)} of counted incidents. The previous period stands in brackets."
    )
    return [
        heading("1. Summary"),
        para(sentence),
        table(["1fr", "auto", "auto", "auto"], ["Region", "Violations", "including explosions", "Incidents"], regions, (1, 2, 3)),
        picture(to_series_chart(report)),
        para(
            "Above: violations of each period. Below: share of ground and hours watched; an empty field is not seen, never quiet."
        ),
        heading("2. Running total since the agreement entered into force"),
        table(
            ["1fr", "auto", "auto"],
            ["Kind", "This period", "Since the start"],
            [(kind.kind, kind.period, kind.since_start) for kind in report.kinds],
            (1, 2),
        ),
    ]


INCIDENT_HEAD = [
    "No.",
    "Where",
    "When",
    "Means",
    "At least",
    "Observation",
    "Weapon",
    "Wit.",
    "Prob.",
    "Finding (terms)",
    "Responsible",
]
INCIDENT_WIDTHS = ["auto", "2.2fr", "1.7fr", "1.2fr", "auto", "1.6fr", "1.6fr", "auto", "auto", "1.7fr", "1.3fr"]


def incident_table(rows: Sequence[IncidentRow]) -> str:
    """Incidents in the columns of the table of violations."""
    cells = [
        (
            row.number,
            row.near,
            f"{clock_day(row.local_from)}–{clock(row.local_until)}",
            row.means,
            row.count,
            f"{row.observation}, {row.description}",
            row.weapon,
            row.witnesses,
            percent(row.probability),
            f"{row.status} ({', '.join(row.terms)})",
            row.responsible,
        )
        for row in rows
    ]
    return table(INCIDENT_WIDTHS, INCIDENT_HEAD, cells, (0, 4, 7, 8))


def _violations(report: DailyReport) -> list[str]:
    counted = report.rows("fire", "aircraft", "uav", "offensive action")
    apart = report.apart()
    silent = "No violation on record in this period. This is no statement about what was not watched: see section 10."
    parts = [heading("3. Table of ceasefire violations"), incident_table(counted) if counted else para(silent)]
    if apart:
        words = "Noticed by monitors and not counted: excused by an exception, no term in force, or less probable than not."
        parts += [para(words), incident_table(apart)]
    if report.heat_alone:
        heat = f"Satellites showed {report.heat_alone} further places of heat that nothing else confirms; most are burning fields."
        parts.append(para(heat))
    return parts


def _other_findings(report: DailyReport) -> list[str]:
    parts = [
        heading("4. Disengagement areas"),
        *(para(sentence) for sentence in report.disengagement or ("The agreement has none.",)),
    ]
    for title, conducts, nothing in (
        ("5. Weapons, movement and works", ("weapons", "movement", "fortification"), "None seen where a term forbids them."),
        ("6. Mines", ("mines",), "None reported."),
        ("7. Civilian casualties and damage", ("attack on protected object", ""), "None reported."),
    ):
        found = report.rows(*conducts)
        parts += [heading(title), incident_table(found) if found else para(nothing)]
    return parts


def _watching(report: DailyReport) -> list[str]:
    silence = [(row.title, f"{row.longest_silence_h:.1f} h", f"{row.unseen_h:.1f} h") for row in report.watch]
    kept = [
        (row.what, row.observer, row.by, row.near, f"{clock_day(row.local_from)}–{clock(row.local_until)}", row.remark)
        for row in report.restrictions
    ]
    head = ["What", "Whose", "By", "Where (coarse)", "When", "Remark"]
    return [
        heading("8. Windows of silence"),
        table(["1fr", "auto", "auto"], ["Sector", "Longest spell without violation while watched", "Not seen"], silence, (1, 2)),
        heading("9. Freedom of movement and of observation"),
        table(["1.4fr", "1fr", "1fr", "2fr", "1.6fr", "2fr"], head, kept) if kept else para("No restriction on record."),
        heading("10. Coverage: what was watched, and what was not"),
        picture(to_coverage_strip(report)),
        table(
            ["1fr", "1fr", "auto"],
            ["Observer", "State", "Hours"],
            [(row.observer, row.state, f"{row.hours:.1f}") for row in report.watch_hours],
            (2,),
        ),
    ]


def _terms_and_claims(report: DailyReport) -> list[str]:
    terms = [
        (f"{row.term}. {row.title}", row.kept, row.broken, row.cannot_be_judged, row.not_in_force, row.missing)
        for row in report.terms
    ]
    claims = [
        (
            row.claimant,
            row.accused,
            row.near,
            f"{clock_day(row.local_from)}–{clock(row.local_until)}",
            row.count,
            percent(row.probability),
        )
        for row in report.claims
    ]
    head = ["Term", "Kept", "Broken", "Cannot be judged", "Not in force", "What is most often missing"]
    return [
        heading("11. Findings by term"),
        table(["1.6fr", "auto", "auto", "auto", "auto", "2fr"], head, terms, (1, 2, 3, 4)),
        heading("12. Allegations awaiting verification"),
        table(
            ["1.4fr", "1fr", "2fr", "1.7fr", "auto", "auto"],
            ["Claimed by", "Against", "Where", "When", "Claimed count", "Probability"],
            claims,
            (4, 5),
        )
        if claims
        else para("None."),
    ]


def _closing(report: DailyReport) -> list[str]:
    books = report.books
    sentence = (
        f"{books.files} files; {books.received} records received = {books.stored} stored + {books.duplicate} duplicate + "
        f"{books.quarantined} quarantined. Of those stored {books.late} were late and {books.conflicting} conflict with an earlier "
        "record of the same reference."
    )
    corrections = [(row.report, row.day.isoformat(), row.what, row.published, row.restated) for row in report.corrections]
    return [
        heading("13. Books"),
        para(sentence),
        heading("14. Corrections to earlier reports"),
        table(["1fr", "1fr", "2fr", "auto", "auto"], ["Report", "Day", "Figure", "Published", "Now"], corrections, (3, 4))
        if corrections
        else para("None."),
        heading("15. Map"),
        picture(to_map(report)),
        heading("16. Method"),
        *(para(words) for words in report.method),
        para("; ".join(f"{party} = {name}" for party, name in report.parties) + "."),
    ]
