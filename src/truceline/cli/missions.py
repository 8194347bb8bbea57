"""Commands that make and run a mission: init, watch, demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from truceline.cli.console import out, plain_errors, print_json, print_pairs, print_table, progress
from truceline.cli.options import AsJson, MissionFolder


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(demo)
    app.command()(init)
    app.command()(watch)


def init(
    folder: Annotated[Path, typer.Argument(help="Folder to make; it must not hold a mission yet.")],
    agreement: Annotated[str, typer.Option(help="Id of a shipped agreement, or path of an agreement.yaml.")],
    as_json: AsJson = False,
) -> None:
    """Make a mission folder: agreement, settings, sources, places.

    [dim]truceline init my-mission --agreement minsk-2020[/]
    """
    from truceline.wiring import make_mission

    with plain_errors():
        made = make_mission(folder, agreement)
        if as_json:
            print_json({"folder": str(folder), "files": made})
            return
        out.print(f"Made mission [bold]{folder}[/] with {len(made)} files:")
        for name in made:
            out.print(f"  {folder / name}")
        out.print("Next: put it into git, then [bold]truceline ingest FEED FILES[/] and [bold]truceline watch[/].")


def watch(mission: MissionFolder = None, as_json: AsJson = False) -> None:
    """Turn what is new in the store into incidents and findings.

    [dim]truceline watch[/]
    """
    from truceline.usecases.watch import watch as run_watch
    from truceline.wiring import open_mission

    with plain_errors(), open_mission(mission) as workspace:
        with progress("watching") as step:
            watched = run_watch(workspace, step)
        if as_json:
            print_json(watched.to_json())
        else:
            print_pairs("Watched what is new", watched.to_json())


def demo(
    folder: Annotated[Path, typer.Option(help="Folder for the demo mission; made anew.")] = Path("demo-mission"),
    seed: Annotated[int, typer.Option(help="Seed of the made-up month.")] = 1,
    days: Annotated[int, typer.Option(min=1, max=30, help="Days to play.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Watch a made-up freeze from feed to report, and print what was found against what was true.

    [dim]truceline demo --folder demo-mission --seed 1[/]
    """
    from truceline.wiring import run_demo

    with plain_errors():
        with progress("playing the month", total=days) as step:
            result = run_demo(folder, seed, days, step)
        if as_json:
            print_json(result.to_json())
            return
        for title, headings, rows in result.tables():
            print_table(title, headings, rows)
            out.print()
        out.print(f"Report of the last day: [bold]{result.report_path}[/]")
