"""How the command line speaks: tables that fit the terminal, the same content as JSON, errors with a next step."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from truceline.values.errors import TrucelineError

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False)

STATUS_STYLE = {"broken": "bold red", "kept": "green", "cannot be judged": "yellow", "not in force": "dim"}


def print_json(content: Any) -> None:
    """Print one JSON document; times in ISO 8601 with zone, dates as YYYY-MM-DD."""
    sys.stdout.write(json.dumps(content, default=_plain, ensure_ascii=False, indent=2) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    raise TypeError(f"cannot be written as JSON: {type(value).__name__}")


def print_table(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = ()) -> None:
    """Print rows under headings; columns named in `right` are aligned to the right, the words of a status are coloured."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim")
    for heading in headings:
        table.add_column(heading, justify="right" if heading in right else "left", overflow="fold")
    for row in rows:
        cells = ["" if cell is None else str(cell) for cell in row]
        table.add_row(*(f"[{STATUS_STYLE[cell]}]{cell}[/]" if cell in STATUS_STYLE else _escape(cell) for cell in cells))
    out.print(table)


def _escape(text: str) -> str:
    return text.replace("[", "\\[")


def print_pairs(title: str, pairs: Mapping[str, object]) -> None:
    """Print named figures, one a line."""
    out.print(f"[bold]{_escape(title)}[/]")
    width = max((len(name) for name in pairs), default=0)
    for name, value in pairs.items():
        out.print(f"  [dim]{_escape(name.ljust(width))}[/]  {_escape(str(value))}")


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show a bar on standard error while the block runs; call what is yielded with the number of steps done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda steps: bar.advance(task, steps)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn errors that a person can act on into lines on standard error and exit code 1; all problems are printed."""
    try:
        yield
    except TrucelineError as error:
        for problem in error.problems:
            err.print(f"[bold red]error[/] {_escape(str(problem))}", soft_wrap=True)
        if len(error.problems) > 1:
            err.print(f"[dim]{len(error.problems)} problems found[/]")
        raise typer.Exit(1) from None
