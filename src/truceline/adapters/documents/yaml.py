"""Reads YAML into frozen models; what is wrong is told with file, line, column and field, all of it at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.constructor import ConstructorError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.scalarbool import ScalarBoolean

from truceline.adapters.documents.wording import Said, misread_times, reworded
from truceline.values.errors import InvalidDocument, Problem

Model = TypeVar("Model", bound=BaseModel)
TreePath = tuple[str | int, ...]

LARGEST_BYTES = 5_000_000
"""An agreement of a hundred pages is below 200 kB; a larger document is a mistake or an attack."""
MOST_NODES = 200_000
"""Aliases that expand to more values than this are refused: nine lines of YAML can stand for a billion."""
DEEPEST = 40
"""Values nested deeper are refused while they are read; the deepest of our documents needs eight levels."""
LARGEST_INTEGER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Tree:
    """A document as plain values, with the line and column (from 1) of each path in it."""

    path: Path
    content: Any
    positions: dict[TreePath, tuple[int, int]]

    def position(self, location: TreePath) -> tuple[int, int]:
        """Line and column of a path, or of the nearest known place above it."""
        known = tuple(location)
        while known and known not in self.positions:
            known = known[:-1]
        return self.positions.get(known, (1, 1))

    def where(self, location: TreePath) -> str:
        """File, line, column and field of a path; the nearest known place where the path itself is not in the document."""
        line, column = self.position(location)
        field = ".".join(str(part) for part in location)
        return f"{self.path}:{line}:{column}" + (f" {field}" if field else "")


class _Constructor(RoundTripConstructor):
    """Keeps dates and times as they are written: a time without zone must be refused later, not silently read as UTC."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda constructor, node: str(constructor.construct_scalar(node)))


def _number(constructor: Any, node: Any) -> Any:
    read = {"int": RoundTripConstructor.construct_yaml_int, "float": RoundTripConstructor.construct_yaml_float}
    try:
        return read[node.tag.rpartition(":")[2]](constructor, node)
    except ValueError:
        raise ConstructorError(None, None, "a number that cannot be read", node.start_mark) from None


for _kind in ("int", "float"):
    _Constructor.add_constructor(f"tag:yaml.org,2002:{_kind}", _number)


class _Composer(Composer):
    """Stops at values nested beyond reason, where Python's stack would end late and without a place, and at too many."""

    nodes = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self.nodes += 1
        mark = self.parser.peek_event().start_mark
        if self.depth > DEEPEST:
            raise ComposerError(None, None, f"values nested deeper than {DEEPEST} levels", mark)
        if self.nodes > MOST_NODES:
            raise ComposerError(None, None, f"more than {MOST_NODES:,} values", mark)
        return super().compose_node(parent, index)


def read_tree(path: Path) -> Tree:
    """Read one YAML document.

    Raises InvalidDocument when the file is missing, too large, not UTF-8, not YAML, or nested or repeated beyond reason.
    """
    parser = YAML(typ="rt", pure=True)
    parser.Composer, parser.Constructor = _Composer, _Constructor
    parser.allow_duplicate_keys = False
    text = _text(path)
    positions: dict[TreePath, tuple[int, int]] = {(): (1, 1)}
    try:
        loaded = parser.load(text)
        content = _plain(loaded, (), positions, [0])
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        found = " ".join(str(error.problem or "something else").split()).removeprefix("found ")
        raise InvalidDocument(Problem(f"{path}:{line}:{column}", "YAML", found, "Mend the line; indent with spaces.")) from None
    except ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        found = f"the control character {error.character:#04x}" if isinstance(error.character, int) else str(error.reason)
        raise InvalidDocument(Problem(f"{path}:{line}:{column}", "text", found, "Delete the character.")) from None
    except _Unusable as error:
        raise InvalidDocument(Problem(Tree(path, None, positions).where(error.at), *error.said)) from None
    except (YAMLError, ValueError, RecursionError, TypeError, KeyError, IndexError, AttributeError, NotImplementedError) as error:
        found = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InvalidDocument(Problem(f"{path}:1:1", "YAML", found, "Mend the document.")) from None
    return Tree(path, content, positions)


def read_document(path: Path, model: type[Model]) -> Model:
    """Read one YAML document into a model; raises InvalidDocument with every problem that it has."""
    return validated(read_tree(path), model)


def validated(tree: Tree, model: type[Model]) -> Model:
    """The tree as a model; raises InvalidDocument with every problem that it has, once for each place in the file."""
    try:
        document = model.model_validate(tree.content)
    except ValidationError as error:
        details = [dict(detail) for detail in error.errors(include_url=False)]
        said = [(_in_tree(tree, detail["loc"]), reworded(model, detail)) for detail in details if not _follows(detail, details)]
    else:
        said = list(misread_times(document, tree.content, ()))
        if not said:
            return document
    raise InvalidDocument(*_once(tree, said))


def _follows(detail: dict[str, Any], details: list[dict[str, Any]]) -> bool:
    """Whether a list is said to be too short only because its items are wrong, which is said already."""
    location = detail["loc"]
    inside = (other["loc"] for other in details if len(other["loc"]) > len(location))
    return detail["type"] == "too_short" and any(other[: len(location)] == location for other in inside)


def _once(tree: Tree, said: list[tuple[TreePath, Said]]) -> list[Problem]:
    """The problems without repetitions: what an alias repeats stands at one place of the file and is mended there."""
    problems: dict[tuple[tuple[int, int], Said], Problem] = {}
    for location, words in said:
        problems.setdefault((tree.position(location), words), Problem(tree.where(location), *words))
    return list(problems.values())


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if path.exists() and not path.is_file():
            raise InvalidDocument(Problem(str(path), "a file that can be read", "something else", "Name a document."))
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
        raise _Unusable(path, f"at most {MOST_NODES:,} values", "more, once aliases are written out", "Repeat less.")
    if isinstance(node, CommentedMap):
        for key in node:
            _place((*path, key), node.lc.key if node.lc.data and key in node.lc.data else None, positions)
        return {_key(key, path): _plain(value, (*path, key), positions, count) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        for index in range(len(node)):
            _place((*path, index), node.lc.item if node.lc.data and index in node.lc.data else None, positions)
        return [_plain(value, (*path, index), positions, count) for index, value in enumerate(node)]
    return _scalar(node, path)


def _place(path: TreePath, position_of: Any, positions: dict[TreePath, tuple[int, int]]) -> None:
    """Note where a path stands; what a merge key brings in stands where it is merged."""
    if position_of is None:
        positions[path] = positions[path[:-1]]
    else:
        line, column = position_of(path[-1])
        positions[path] = (line + 1, column + 1)


def _key(key: Any, path: TreePath) -> str:
    if not isinstance(key, str):
        raise _Unusable((*path, key), "a name before the colon", repr(key), "Put it in quotes if it is meant as a name.")
    return str(key)


def _scalar(node: Any, path: TreePath) -> Any:
    if node is None or isinstance(node, bool):
        return node
    if isinstance(node, ScalarBoolean):  # a number to Python, written as true or false
        return bool(node)
    if isinstance(node, int) and abs(node) > LARGEST_INTEGER:
        raise _Unusable(path, "a number of at most 18 digits", "a longer one", "Correct the value.")
    if isinstance(node, float) and not math.isfinite(node):
        raise _Unusable(path, "a finite number", str(float(node)), "Write null, or leave it out, where there is no bound.")
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    raise _Unusable(path, "text, a number, true, false, null, a list or fields", f"a {type(node).__name__}", "Write it plainly.")


class _Unusable(Exception):
    """A value that YAML allows and documents do not; never leaves this module."""

    def __init__(self, at: TreePath, expected: str, found: str, next_step: str) -> None:
        self.at, self.said = at, (expected, found, next_step)
        super().__init__(expected)


def _in_tree(tree: Tree, location: Any) -> TreePath:
    """The location without the names of union members that pydantic adds: they are not in the document."""
    path: TreePath = ()
    for index, part in enumerate(location):
        if (*path, part) in tree.positions or index == len(location) - 1:
            path = (*path, part)
    return path
