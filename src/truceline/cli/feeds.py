"""Commands about what comes in: ingest, quarantine, store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from truceline.cli.console import err, out, plain_errors, print_json, print_table, progress
from truceline.cli.options import AsJson, MissionFolder, instant

quarantine_app = typer.Typer(help="What could not be taken in, with line, field and reason.", no_args_is_help=True)
store_app = typer.Typer(help="The system of record.", no_args_is_help=True)

BOOKS = ("received", "stored", "duplicate", "quarantined")
FLAGS = ("late", "conflicting", "outside_area")
"""Flags on what is stored; a column is shown only where there is something to tell."""


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(ingest)
    app.add_typer(quarantine_app, name="quarantine")
    app.add_typer(store_app, name="store")


def ingest(
    feed: Annotated[str, typer.Argument(help="firms, eyes-on-russia, patrols, watch, or a table named in feeds.yaml.")],
    files: Annotated[list[Path], typer.Argument(help="Files of that feed; the same file twice adds nothing.")],
    mission: MissionFolder = None,
    received: Annotated[str | None, typer.Option(help="When the mission received them; now if left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Take files of one feed into the store, and close the books of each.

    [dim]truceline ingest firms data/*.csv.gz[/]
    [dim]truceline ingest patrols patrols-2026-03-05.csv --received 2026-03-05T20:00Z[/]
    """
    from truceline.usecases.ingest import ingest as run_ingest
    from truceline.wiring import open_mission, reader_of

    with plain_errors(), open_mission(mission) as workspace:
        reader = reader_of(feed, workspace)
        at = instant(received, workspace.mission.zone, "--received") if received else None
        with progress(f"ingesting {feed}", total=len(files)) as step:
            runs = run_ingest(reader, files, workspace.store, workspace.clock, workspace.mission, received_at=at, progress=step)
        rows = [
            {"file": run.file, **{name: getattr(run, name) for name in (*BOOKS, *FLAGS)}, "balanced": run.balanced} for run in runs
        ]
        if as_json:
            print_json(rows)
        else:
            flagged = [name for name in FLAGS if any(row[name] for row in rows)]
            cells = [(Path(str(row["file"])).name, *(f"{row[name]:,}" for name in (*BOOKS, *flagged))) for row in rows]
            headings = ["file", *BOOKS, *(name.replace("_", " ") for name in flagged)]
            print_table("Books: received = stored + duplicate + quarantined", headings, cells, right=headings[1:])
        if any(run.quarantined for run in runs):
            err.print("[dim]See[/] truceline quarantine list [dim]for what was not taken, line by line.[/]")


@quarantine_app.command("list")
def quarantine_list(mission: MissionFolder = None, as_json: AsJson = False) -> None:
    """List rows in quarantine.

    [dim]truceline quarantine list[/]
    """
    from truceline.wiring import open_mission

    with plain_errors(), open_mission(mission) as workspace:
        held = workspace.store.quarantine()
        if as_json:
            print_json(
                [{"id": row.id, "file": row.file, "line": row.line, "field": row.field, "reason": row.reason} for row in held]
            )
            return
        rows = [(row.id, Path(row.file).name, row.line, row.field, row.reason) for row in held]
        print_table(f"{len(rows)} in quarantine", ["id", "file", "line", "field", "reason"], rows, right=["id", "line"])


@quarantine_app.command("show")
def quarantine_show(
    number: Annotated[int, typer.Argument(help="Id from the list.")], mission: MissionFolder = None, as_json: AsJson = False
) -> None:
    """Show one quarantined row with its bytes as they came.

    [dim]truceline quarantine show 3[/]
    """
    from truceline.usecases.quarantine import show_quarantined
    from truceline.wiring import open_mission

    with plain_errors(), open_mission(mission) as workspace:
        row = show_quarantined(workspace.store, number)
        if as_json:
            print_json(
                {"id": row.id, "file": row.file, "line": row.line, "field": row.field, "reason": row.reason, "content": row.content}
            )
            return
        out.print(f"[bold]{row.file}[/], line {row.line}, field {row.field}: {row.reason}")
        out.print(row.content.decode("utf-8", "backslashreplace"), markup=False)


@store_app.command("verify")
def store_verify(mission: MissionFolder = None, as_json: AsJson = False) -> None:
    """Hash every stored byte again and name whatever differs from what was committed.

    [dim]truceline store verify[/]
    """
    from truceline.wiring import open_mission

    with plain_errors(), open_mission(mission) as workspace:
        wrong = list(workspace.store.verify())
        if as_json:
            print_json({"differences": wrong})
        elif wrong:
            for sentence in wrong:
                out.print(f"[bold red]differs[/] {sentence}")
        else:
            out.print("Every part and document is what was committed.")
        if wrong:
            raise typer.Exit(1)
