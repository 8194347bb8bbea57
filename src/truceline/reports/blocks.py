"""What a report is set from: sections of paragraphs, tables and figures, the same for HTML and for Typst."""

from __future__ import annotations

from dataclasses import dataclass, field

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """Heading of a column, its share of the width, and whether it holds figures."""

    heading: str
    width: float
    figures: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; `lead` sets apart the first rows (totals)."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    words: str
    quiet: bool = False
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its caption, and what it shows in words."""

    svg: str
    caption: str
    alt: str
    kind: str = "figure"


Block = Table | Text | Figure


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered section; a wide one is set across the sheet."""

    title: str
    blocks: tuple[Block, ...]
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """The whole report, ready to be set."""

    title: str
    mission: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    key: tuple[tuple[str, str], ...]
    mark: str
    number: str
    sections: tuple[Section, ...] = field(default=())
