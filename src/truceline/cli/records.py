"""Commands that show what was found: incidents, findings."""

from __future__ import annotations

from typing import Annotated

import polars as pl
import typer

from truceline.cli.console import out, plain_errors, print_json, print_table
from truceline.cli.options import AsJson, MissionFolder, day_of, instant, point
from truceline.usecases.incidents import where_in_words
from truceline.usecases.workspace import Workspace

Limit = Annotated[int, typer.Option(min=1, help="Rows to print; JSON prints all.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(incidents)
    app.command()(findings)


def incidents(
    near: Annotated[str | None, typer.Option(help="Name of a place that the mission knows.")] = None,
    at: Annotated[str | None, typer.Option(help="LATITUDE,LONGITUDE in degrees, instead of --near.")] = None,
    within_km: Annotated[float, typer.Option(min=0, help="Distance from the place, km.")] = 15.0,
    since: Annotated[str | None, typer.Option(help="YYYY-MM-DD or ISO time; local if without zone.")] = None,
    until: Annotated[str | None, typer.Option(help="YYYY-MM-DD or ISO time, excluded.")] = None,
    limit: Limit = 40,
    mission: MissionFolder = None,
    as_json: AsJson = False,
) -> None:
    """List incidents, the best corroborated first.

    [dim]truceline incidents --near Avdiivka --since 2020-07-27[/]
    """
    from truceline.usecases.incidents import list_incidents
    from truceline.wiring import open_mission

    with plain_errors(), open_mission(mission) as workspace:
        zone = workspace.mission.zone
        place = workspace.place(near) if near else point(at, "--at") if at else None
        found = list_incidents(
            workspace,
            near=place,
            within_km=within_km,
            since=instant(since, zone, "--since") if since else None,
            until=instant(until, zone, "--until") if until else None,
        )
        if as_json:
            print_json(_hex(found, "incident_id", "merged_into", "split_from").to_dicts())
            return
        rows = _incident_rows(workspace, found.head(limit))
        headings = ["incident", "from, local", "event", "where", "at least", "wit.", "%"]
        print_table(f"{found.height:,} incidents, the best corroborated first", headings, rows, right=["at least", "wit.", "%"])
        if found.height > limit:
            out.print(f"[dim]{found.height - limit:,} more: --limit {found.height}, or narrow with --near, --since, --until[/]")


def _incident_rows(workspace: Workspace, incidents: pl.DataFrame) -> list[tuple[object, ...]]:
    """Cells of the table of incidents."""
    where = [
        f"{words} ± {sigma / 1000:.1f} km"
        for words, sigma in zip(where_in_words(workspace, incidents), incidents["uncertainty_m"], strict=True)
    ]
    local = pl.col("earliest").dt.convert_time_zone(workspace.mission.time_zone)
    return incidents.select(
        _hex_of("incident_id").str.slice(0, 8),
        local.dt.strftime("%Y-%m-%d %H:%M"),
        pl.col("event"),
        pl.Series("where", where, dtype=pl.String),
        pl.col("count_low"),
        pl.col("witnesses"),
        (pl.col("probability") * 100).round(0).cast(pl.Int64),
    ).rows()


def findings(
    day: Annotated[str | None, typer.Option(help="Day of the report, YYYY-MM-DD.")] = None,
    term: Annotated[str | None, typer.Option(help="Term id.")] = None,
    status: Annotated[str | None, typer.Option(help="kept, broken, 'cannot be judged' or 'not in force'.")] = None,
    limit: Limit = 40,
    mission: MissionFolder = None,
    as_json: AsJson = False,
) -> None:
    """List findings: each incident, and each silent sector and day, against each term.

    [dim]truceline findings --day 2026-03-05 --status broken[/]
    """
    from truceline.usecases.findings import list_findings
    from truceline.wiring import open_mission

    with plain_errors(), open_mission(mission) as workspace:
        found = list_findings(workspace, day=day_of(day, "--day") if day else None, term=term, status=status)
        if as_json:
            print_json(_hex(found, "finding_id", "incident_id").to_dicts())
            return
        counts = dict(found.group_by("status").len().sort("status").rows())
        rows = found.head(limit).select("day", "term", "sector", "status", "responsible", "reason").rows()
        print_table(f"{found.height:,} findings", ["day", "term", "sector", "status", "responsible", "reason"], rows)
        out.print("  ".join(f"{name}: {count:,}" for name, count in counts.items()))
        if found.height > limit:
            out.print(f"[dim]{found.height - limit:,} more: --limit {found.height}, or narrow with --day, --term, --status[/]")


def _hex_of(column: str) -> pl.Expr:
    return pl.col(column).map_elements(lambda number: f"{number:016x}", return_dtype=pl.String)


def _hex(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Identities as sixteen hexadecimal digits: JSON numbers of 64 bits are not safe in every reader."""
    return frame.with_columns(_hex_of(name) for name in columns if name in frame.columns)
