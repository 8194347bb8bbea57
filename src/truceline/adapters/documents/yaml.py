"""Reads YAML into frozen models; what is wrong is told with file, line, column and field, all of it at once."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from truceline.values.errors import InvalidDocument, Problem

Model = TypeVar("Model", bound=BaseModel)
TreePath = tuple[str | int, ...]

LARGEST_BYTES = 5_000_000
"""An agreement of a hundred pages is below 200 kB; a larger document is a mistake or an attack."""
MOST_NODES = 200_000
"""Aliases that expand to more values than this are refused: nine lines of YAML can stand for a billion."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A document as plain values, with the line and column (from 1) of each path in it."""

    path: Path
    content: Any
    positions: dict[TreePath, tuple[int, int]]

    def where(self, location: TreePath) -> str:
        """File, line, column and field of a path; the nearest known place where the path itself is not in the document."""
        known = tuple(location)
        while known and known not in self.positions:
            known = known[:-1]
        line, column = self.positions.get(known, (1, 1))
        field = ".".join(str(part) for part in location)
        return f"{self.path}:{line}:{column}" + (f" {field}" if field else "")


class _Constructor(RoundTripConstructor):
    """Keeps dates and times as they are written: a time without zone must be refused later, not silently read as UTC."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda constructor, node: str(constructor.construct_scalar(node)))


def read_tree(path: Path) -> Tree:
    """Read one YAML document.

    Raises InvalidDocument when the file is missing, too large, not UTF-8, not YAML, or nested or repeated beyond reason.
    """
    parser = YAML(typ="rt", pure=True)
    parser.Constructor = _Constructor
    parser.allow_duplicate_keys = False
    try:
        loaded = parser.load(_text(path))
        positions: dict[TreePath, tuple[int, int]] = {(): (1, 1)}
        content = _plain(loaded, (), positions, [0])
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        found = " ".join(str(error.problem or "something else").split())
        raise InvalidDocument(Problem(f"{path}:{line}:{column}", "YAML", found, "Mend the line; indent with spaces.")) from None
    except (YAMLError, ValueError, RecursionError, TypeError, KeyError, IndexError, AttributeError, NotImplementedError) as error:
        found = (
            "values nested too deep" if isinstance(error, RecursionError) else str(error).splitlines()[0] if str(error) else "none"
        )
        raise InvalidDocument(Problem(str(path), "YAML", found, "Mend the document.")) from None
    return Tree(path, content, positions)


def read_document(path: Path, model: type[Model]) -> Model:
    """Read one YAML document into a model; raises InvalidDocument with every problem that it has."""
    return validated(read_tree(path), model)


def validated(tree: Tree, model: type[Model]) -> Model:
    """The tree as a model; raises InvalidDocument with every problem that it has."""
    try:
        return model.model_validate(tree.content)
    except ValidationError as error:
        problems = [_problem(tree, model, dict(detail)) for detail in error.errors(include_url=False)]
        raise InvalidDocument(*problems) from None


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= LARGEST_BYTES else b""
    except OSError as error:
        raise InvalidDocument(Problem(str(path), "a file that can be read", str(error.strerror), "Check the name.")) from None
    if size > LARGEST_BYTES:
        raise InvalidDocument(Problem(str(path), f"at most {LARGEST_BYTES:,} bytes", f"{size:,}", "Split the document."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InvalidDocument(
            Problem(f"{path}:{line}:1", "UTF-8 text", f"byte {content[error.start]:#04x}", "Save as UTF-8.")
        ) from None


def _plain(node: Any, path: TreePath, positions: dict[TreePath, tuple[int, int]], count: list[int]) -> Any:
    """The node as dict, list and scalars; fills in where each path stands."""
    count[0] += 1
    if count[0] > MOST_NODES:
        raise ValueError(f"more than {MOST_NODES:,} values once its aliases are written out")
    if isinstance(node, CommentedMap):
        for key in node:
            line, column = node.lc.key(key) if node.lc.data and key in node.lc.data else (0, 0)
            positions[(*path, key)] = (line + 1, column + 1)
        return {key: _plain(value, (*path, key), positions, count) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        for index in range(len(node)):
            line, column = node.lc.item(index) if node.lc.data and index in node.lc.data else (0, 0)
            positions[(*path, index)] = (line + 1, column + 1)
        return [_plain(value, (*path, index), positions, count) for index, value in enumerate(node)]
    if node is None or isinstance(node, bool):
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    raise ValueError(f"a value of type {type(node).__name__}, which documents do not use")


def _problem(tree: Tree, model: type[BaseModel], detail: dict[str, Any]) -> Problem:
    location = tuple(detail["loc"])
    where = tree.where(_in_tree(tree, location))
    kind, context, found = detail["type"], detail.get("ctx", {}), _shown(detail.get("input"))
    if kind == "missing":
        return Problem(where, f"the field {location[-1]!r}", "nothing", "Add it.")
    if kind == "extra_forbidden":
        return Problem(where, "only known fields", f"the field {str(location[-1])!r}", _nearest_field(model, location))
    if kind in ("timezone_aware", "datetime_from_date_parsing", "datetime_parsing", "datetime_type"):
        expected = "a date and time with zone, e.g. 2020-07-27T00:01+03:00"
        return Problem(where, expected, found, "Write +03:00, or Z for UTC, after the time.")
    if kind == "literal_error":
        return Problem(where, f"one of {context['expected']}", found, _nearest_word(context["expected"], detail.get("input")))
    if kind == "union_tag_not_found":
        return Problem(where, f"the field {context['discriminator']}", "nothing", "Add it to say which kind it is.")
    if kind == "union_tag_invalid":
        return Problem(where, f"{context['discriminator']} to be one of {context['expected_tags']}", f"'{context['tag']}'", "")
    message = str(context.get("error", detail["msg"])).removeprefix("Value error, ")
    expected = message.removeprefix("Input should be ").removeprefix("Expected ").rstrip(".")
    return Problem(where, expected[:1].lower() + expected[1:], found, "Correct the value.")


def _in_tree(tree: Tree, location: TreePath) -> TreePath:
    """The location without the names of union members that pydantic adds: they are not in the document."""
    path: TreePath = ()
    for index, part in enumerate(location):
        if (*path, part) in tree.positions or index == len(location) - 1:
            path = (*path, part)
    return path


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _nearest_word(expected: str, found: Any) -> str:
    words = [word.strip(" '") for part in expected.split(" or ") for word in part.split(",")]
    near = get_close_matches(str(found), words, n=1)
    return f"Did you mean {near[0]!r}?" if near else "Choose one of them."


def _nearest_field(model: type[BaseModel], location: TreePath) -> str:
    names = sorted({name for known in _models_of(model, set()) for name in _field_names(known)})
    near = get_close_matches(str(location[-1]), names, n=1)
    return f"Did you mean {near[0]!r}?" if near else "Remove it, or see the reference for what can stand here."


def _field_names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _models_of(annotation: Any, seen: set[Any]) -> set[type[BaseModel]]:
    """Every model that can occur inside an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation not in seen:
            seen.add(annotation)
            for field in annotation.model_fields.values():
                _models_of(field.annotation, seen)
        return seen
    for part in get_args(annotation):
        _models_of(part, seen)
    return seen
