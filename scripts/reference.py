"""Writes the reference pages that come from the code itself, each time the documentation is built; no copy can go stale.

MkDocs calls `on_files` (see `hooks` in mkdocs.yml): commands from the Typer application, documents and settings from the pydantic
models, tables and words from their declarations.
"""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Iterator
from typing import Any

import typer
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from truceline.agreement.document import Agreement
from truceline.cli.main import app
from truceline.compliance.evidence import NOTICE
from truceline.compliance.tables import FINDING, STATUSES
from truceline.incidents.tables import EXPOSURE, INCIDENT, MEMBERSHIP, OBSERVATION, Table
from truceline.usecases.mission import FeedSettings, Mission
from truceline.values import vocabulary

TABLES = (OBSERVATION, EXPOSURE, INCIDENT, MEMBERSHIP, FINDING, NOTICE)


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the generated pages to what MkDocs builds."""
    for name, text in pages().items():
        files.append(File.generated(config, f"reference/{name}", content=text))
    return files


def pages() -> dict[str, str]:
    """Name and Markdown of each generated page of the reference."""
    return {
        "cli.md": commands_page(),
        "agreement-document.md": agreement_page(),
        "settings.md": settings_page(),
        "tables.md": tables_page(),
        "vocabulary.md": vocabulary_page(),
    }


# Commands


def commands_page() -> str:
    """One section for each command: its sentence, arguments, options and example."""
    intro = """\
# Commands

Every command takes `--json` to print the same content as one JSON document, and `--help` to say this page's words in the
terminal. Exit code 0: done; 1: an input or a check is wrong, and the lines printed say what was expected, what was found and what
to do next; 2: the command line itself was not understood.
"""
    return "\n".join([intro, *(_command_section(path, command) for path, command in commands())])


def commands() -> list[tuple[str, Any]]:
    """Every command with its full name, in alphabetical order."""
    return list(_below(typer.main.get_command(app), ""))


def _below(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The commands below one, or itself if there are none."""
    path = f"{path} {command.name}".strip()
    children = getattr(command, "commands", None)
    if not children:
        yield path, command
        return
    for name in sorted(children):
        yield from _below(children[name], path)


def _command_section(path: str, command: Any) -> str:
    sentence, examples = sentence_and_examples(command.help or "")
    rows = []
    for parameter in command.params:
        if parameter.name == "help":
            continue
        argument = parameter.param_type_name == "argument"
        names = f"`{parameter.name.upper()}`" if argument else ", ".join(f"`{name}`" for name in parameter.opts)
        default = "required" if parameter.required else _default(parameter.default)
        rows.append(f"| {names} | {_cell(getattr(parameter, 'help', '') or '')} | {default} |")
    lines = [f"## `{path}`", "", sentence, "", "| argument or option | meaning | default |", "|---|---|---|", *rows, ""]
    if examples:
        lines += ["```shell", *examples, "```", ""]
    return "\n".join(lines)


def sentence_and_examples(text: str) -> tuple[str, list[str]]:
    """Split a command's help into its words and the example lines, which are written dim on the screen."""
    examples = re.findall(r"\[dim\](.*?)\[/\]", text)
    return re.sub(r"\[dim\].*?\[/\]", "", text).strip(), examples


# Documents


def agreement_page() -> str:
    """The agreement document, model by model, field by field."""
    intro = """\
# The agreement document

An agreement is one YAML file with the drawings it names beside it. Unknown fields are refused, times carry a zone, and
`truceline agreement check` prints every problem with file, line and column. The document as a whole is an
[Agreement](#agreement); each further section describes one of its parts.
"""
    return "\n".join([intro, *(_model_section(model) for model in _reachable(Agreement))])


def settings_page() -> str:
    """The settings of a mission and of its feeds."""
    intro = """\
# Settings

A mission's settings are in `mission.yaml`, its sources and mappings in `feeds.yaml`. Every default is stated here; what is not
written in the file stands at its default.
"""
    models = [*_reachable(Mission), *(model for model in _reachable(FeedSettings) if model not in _reachable(Mission))]
    return "\n".join([intro, *(_model_section(model) for model in models)])


def _reachable(model: type[BaseModel]) -> list[type[BaseModel]]:
    """The model and every model its fields hold, in order of first mention."""
    found = [model]
    for current in found:  # grows while it is walked
        for field in current.model_fields.values():
            found += [part for part in _models_in(field.annotation) if part not in found]
    return found


def _models_in(kind: Any) -> list[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    return [model for part in typing.get_args(kind) for model in _models_in(part)]


def _model_section(model: type[BaseModel]) -> str:
    rows = [
        f"| `{field.alias or name}` | {_type_words(field.annotation)}{_bounds(field)} | {_cell(field.description or '')} "
        f"| {'required' if field.is_required() else _default(field.get_default())} |"
        for name, field in model.model_fields.items()
    ]
    head = ["| field | type | meaning | default |", "|---|---|---|---|"]
    return "\n".join([f"## {model.__name__}", "", inspect.cleandoc(model.__doc__ or ""), "", *head, *rows, ""])


def _type_words(kind: Any) -> str:
    """A type in words, with a link where it is one of the page's sections."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return "one of " + ", ".join(f"`{part}`" for part in parts)
    if origin is typing.Annotated:
        return _type_words(parts[0])
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_type_words(part) for part in parts)
    if origin is tuple and parts[-1] is Ellipsis:
        return f"list of {_type_words(parts[0])}"
    if origin is tuple:
        return "(" + ", ".join(_type_words(part) for part in parts) + ")"
    if origin is dict:
        return f"mapping from {_type_words(parts[0])} to {_type_words(parts[1])}"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"[{kind.__name__}](#{kind.__name__.lower()})"
    names = {str: "text", int: "whole number", float: "number", bool: "true or false", type(None): "null"}
    return names.get(kind, "time with zone" if kind is AwareDatetime else str(kind.__name__))


def _bounds(field: FieldInfo) -> str:
    """The limits of a field, as far as the model declares them."""
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "pattern": "pattern", "min_length": "at least", "max_length": "at most"}
    limits = []
    for rule in field.metadata:
        for name, sign in signs.items():
            if (limit := getattr(rule, name, None)) is not None:
                limits.append(f"{sign} `{_cell(str(limit))}`")
    return ", " + ", ".join(limits) if limits else ""


# Tables and words


def tables_page() -> str:
    """The columnar tables, column by column."""
    intro = """\
# Tables

Records move and are stored as these tables; all times are UTC with microseconds. A *protected* column says where monitors or
sensors stand and [never leaves the mission](../explanation/protection-of-monitors.md).
"""
    return "\n".join([intro, *(_table_section(table) for table in TABLES)])


def _table_section(table: Table) -> str:
    rows = [
        f"| `{column.name}` | {_column_type(column.type)} | {'**Protected.** ' * column.protected}{_cell(column.sentence)} |"
        for column in table.columns
    ]
    return "\n".join([f"## {table.name}", "", "| column | type | meaning |", "|---|---|---|", *rows, ""])


def _column_type(kind: Any) -> str:
    text = str(kind).split("(")[0]
    return {"Datetime": "time, UTC", "Enum": "one of its [words](vocabulary.md)", "String": "text"}.get(text, text)


def vocabulary_page() -> str:
    """The words that tables and documents may use."""
    kinds = [
        f"| `{kind.name}` | {kind.conduct or ''} | {kind.unit} | {', '.join(sorted(kind.noticed_by))} | {kind.sentence} |"
        for kind in vocabulary.KIND_TABLE.values()
    ]
    calibres = vocabulary.CALIBRE_RANGE_MM
    weapons = [
        f"| `{name}` | {_span(calibres.get(name))} | {_span(vocabulary.REACH_KM.get(name))} |" for name in vocabulary.WEAPON_CLASSES
    ]
    lists = {
        "Conducts, what a term can prohibit": vocabulary.CONDUCTS,
        "Means, how something was observed": vocabulary.MEANS,
        "Assessments": vocabulary.ASSESSMENTS,
        "Observers": vocabulary.OBSERVER_KINDS,
        "Kinds of UAV": vocabulary.UAV_KINDS,
        "Statuses of a finding": STATUSES,
    }
    return "\n".join(
        [
            VOCABULARY_INTRO,
            "| kind | conduct it may show | unit of its count | who can notice it | meaning |",
            "|---|---|---|---|---|",
            *kinds,
            WEAPONS_INTRO,
            "| class | calibre, mm | distance of origin, km |",
            "|---|---|---|",
            *weapons,
            *(f"\n## {title}\n\n" + ", ".join(f"`{word}`" for word in words) for title, words in lists.items()),
            "",
        ]
    )


VOCABULARY_INTRO = """\
# Vocabulary

Every word a table or a document may use, declared once; the [glossary](glossary.md) says what the words mean.

## Kinds of observation
"""

WEAPONS_INTRO = """
## Weapon classes

Calibres and distances are conventions of this project: the one decides whether a bound on calibre is surely met, surely not met or
cannot be told; the other tells on whose ground the origin of fire must lie. Neither advises anything else.
"""


def _span(bounds: tuple[float, float] | None) -> str:
    return f"{bounds[0]:g} to {bounds[1]:g}" if bounds else "cannot be told"


def _default(value: Any) -> str:
    """A default as the file would write it."""
    if isinstance(value, BaseModel):
        return "its defaults"
    if isinstance(value, dict):
        return ", ".join(f"`{name}`: {item:g}" for name, item in value.items()) or "none"
    if isinstance(value, tuple):
        return ", ".join(f"`{item}`" for item in value) or "none"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return f"`{value:g}`"
    return f"`{_cell(str(value))}`" if value != "" else "empty"


def _cell(text: str) -> str:
    """Text that a Markdown table can hold in one cell."""
    return " ".join(text.split()).replace("|", "\\|")
