"""Commands that publish: report, golden."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from truceline.cli.console import out, plain_errors, print_json, print_pairs, print_table
from truceline.cli.options import AsJson, MissionFolder, day_of


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(report)
    app.command()(golden)


def report(
    day: Annotated[str, typer.Argument(help="Day on which the reporting period ends, YYYY-MM-DD.")],
    folder: Annotated[
        Path | None, typer.Option("--out", help="Folder for the files; reports/DAY in the mission if left out.")
    ] = None,
    mission: MissionFolder = None,
    as_json: AsJson = False,
) -> None:
    """Publish the daily report as HTML, PDF, CSV, GeoJSON and JSON.

    [dim]truceline report 2020-08-04[/]
    """
    from truceline.wiring import open_mission, publish

    with plain_errors(), open_mission(mission) as workspace:
        published = publish(workspace, day_of(day, "DAY"), folder)
        if as_json:
            print_json(published)
            return
        files = published.pop("files")
        print_pairs(f"Report {published.pop('number')}", published)
        for name in files:
            out.print(f"  {name}")


def golden(
    agreement: Annotated[str | None, typer.Option(help="Only the cases of this agreement.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Print every case, not only those that disagree.")] = False,
    as_json: AsJson = False,
) -> None:
    """Judge the published cases and print ours beside theirs; exit code 1 if any disagrees.

    [dim]truceline golden --all[/]
    """
    from truceline.wiring import golden_results

    with plain_errors():
        results = [result for result in golden_results() if agreement in (None, result["agreement"])]
        wrong = [result for result in results if not result["agrees"]]
        if as_json:
            print_json(results)
        else:
            shown = results if every else wrong
            if shown:
                rows = [(row["agreement"], row["sentence"], row["expected"], row["ours"]) for row in shown]
                print_table("Golden cases", ["agreement", "case", "expected", "ours"], rows)
            out.print(f"{len(results) - len(wrong)} of {len(results)} cases agree.")
        if wrong:
            raise typer.Exit(1)
