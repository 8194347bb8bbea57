"""Commands about the agreement: list, check, explain."""

from __future__ import annotations

from typing import Annotated

import typer

from truceline.cli.console import out, plain_errors, print_json, print_pairs, print_table
from truceline.cli.options import AsJson, instant, point

app = typer.Typer(help="Read, check and explain agreements.", no_args_is_help=True)


@app.command("list")
def list_shipped(as_json: AsJson = False) -> None:
    """List the agreements that are shipped.

    [dim]truceline agreement list[/]
    """
    from truceline.wiring import shipped_agreements

    with plain_errors():
        rows = shipped_agreements()
        if as_json:
            print_json(rows)
            return
        print_table(
            "Shipped agreements", ["id", "status", "terms", "title"], [tuple(row.values()) for row in rows], right=["terms"]
        )


@app.command()
def check(
    document: Annotated[str, typer.Argument(help="Path of an agreement.yaml, or id of a shipped agreement.")],
    as_json: AsJson = False,
) -> None:
    """Check an agreement document; every problem is printed with file, line and column.

    [dim]truceline agreement check agreement.yaml[/]
    """
    from truceline.wiring import check_agreement

    with plain_errors():
        summary = check_agreement(document)
        if as_json:
            print_json(summary)
        else:
            print_pairs("No problems found", summary)


@app.command()
def explain(
    document: Annotated[str, typer.Argument(help="Path of an agreement.yaml, or id of a shipped agreement.")],
    at: Annotated[str, typer.Option(help="LATITUDE,LONGITUDE in degrees.")],
    on: Annotated[str, typer.Option(help="When, e.g. 2020-08-04T10:00+03:00.")],
    uncertainty_m: Annotated[float, typer.Option(min=0, help="Radius in metres within which the place is known.")] = 0.0,
    as_json: AsJson = False,
) -> None:
    """Say which terms were in force at a place and time, which were not, and why.

    [dim]truceline agreement explain minsk-2020 --at 48.14,37.74 --on 2020-08-04T10:00+03:00[/]
    """
    from zoneinfo import ZoneInfo

    from truceline.wiring import explain_agreement, load_agreement

    with plain_errors():
        loaded = load_agreement(document)
        latitude, longitude = point(at, "--at")
        moment = instant(on, ZoneInfo(loaded.agreement.time_zone), "--on")
        explanation = explain_agreement(loaded, latitude, longitude, moment, uncertainty_m)
        content = explanation.to_json()
        if as_json:
            print_json(content)
            return
        terms = content.pop("terms")
        print_pairs(loaded.agreement.title, {name: value for name, value in content.items() if not isinstance(value, list | dict)})
        out.print()
        print_table(
            "Terms",
            ["term", "in force", "what it forbids", "why"],
            [(row["id"], row["in_force"], row["prohibits"], row["because"]) for row in terms],
        )
