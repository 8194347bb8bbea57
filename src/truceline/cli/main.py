"""The `truceline` command and its groups."""

from __future__ import annotations

from typing import Annotated

import typer

from truceline import __version__
from truceline.cli import agreements, feeds, missions, publication, records

app = typer.Typer(
    name="truceline",
    help="Plan, watch and verify a ceasefire: an agreement as data, feeds into incidents, findings and a daily report.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"truceline {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Say which command to run; each has examples in its own --help."""


missions.register(app)
feeds.register(app)
records.register(app)
publication.register(app)
app.add_typer(agreements.app, name="agreement")
