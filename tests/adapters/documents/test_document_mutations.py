"""However a document is damaged, it is valid or refused with file and line; nothing else ever comes out."""

from __future__ import annotations

import copy
import io
import random
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from tests.adapters.documents.papers import SHIPPED, TEXT, Folder

from truceline.adapters.documents import read_agreement, read_tree
from truceline.values.errors import InvalidDocument

CONTENT = read_tree(SHIPPED).content
STRANGE: list[Any] = [
    None, True, 0, -1, 1e308, "", " ", "x", "all", "2026", "2026-13-45T00:00Z", "9999-12-31T23:59-23:59", "0001-01-01T00:00+14:00",
    [], {}, [[]], [{}], {"": ""}, {"shape": "band"}, [None], "north", "line", "../..", "\u0001", "a" * 5000, 2**62, -(2**62),
]  # fmt: skip
SHORT = TEXT[: TEXT.index("terms:")] + TEXT[TEXT.index("terms:") : TEXT.index('  - id: "2"')] + TEXT[TEXT.index("citations:") :]


def paths(content: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a document but its root."""
    keys = content.keys() if isinstance(content, dict) else range(len(content)) if isinstance(content, list) else ()
    return [place for key in keys for place in ((*path, key), *paths(content[key], (*path, key)))]


def written(content: Any) -> str:
    stream = io.StringIO()
    YAML(typ="safe", pure=True).dump(content, stream)
    return stream.getvalue()


def outcome(folder: Folder, text: str | bytes) -> str:
    """'valid' or 'refused'; fails where a refusal does not say where, and lets every other exception through."""
    try:
        folder.read(text)
    except InvalidDocument as refused:
        assert refused.problems
        for problem in refused.problems:
            assert problem.where.startswith(f"{folder.document}:"), problem
            assert problem.where.removeprefix(f"{folder.document}:").split(":")[0].isdigit(), problem
            assert problem.expected
            assert problem.found
            assert problem.next_step
            assert len(str(problem)) < 1500, problem
        return "refused"
    return "valid"


def structural(rng: random.Random) -> str:
    """The document with a few places deleted, exchanged for something strange, doubled or swapped."""
    content = copy.deepcopy(CONTENT)
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        *above, last = rng.choice(paths(content))
        parent = content
        for key in above:
            parent = parent[key]
        act: Callable[[], Any] = rng.choice(
            [
                lambda parent=parent, last=last: parent.pop(last),
                lambda parent=parent, last=last: parent.__setitem__(last, copy.deepcopy(rng.choice(STRANGE))),
                lambda parent=parent, last=last: (
                    parent.append(copy.deepcopy(parent[last]))
                    if isinstance(parent, list)
                    else parent.update({f"{last}x": parent[last]})
                ),
                lambda parent=parent, last=last: parent.__setitem__(last, str(parent[last])),
            ]
        )
        act()
    return written(content)


def textual(rng: random.Random) -> bytes:
    """The text cut off, with a line doubled, deleted or indented otherwise, or with some bytes changed."""
    text = SHORT
    lines = text.splitlines(keepends=True)
    at = rng.randrange(len(lines))
    kind = rng.randrange(6)
    if kind == 0:
        return text[: rng.randrange(len(text))].encode()
    if kind == 1:
        return "".join([*lines[:at], lines[at], *lines[at:]]).encode()
    if kind == 2:
        return "".join([*lines[:at], *lines[at + 1 :]]).encode()
    if kind == 3:
        return "".join([*lines[:at], rng.choice((" ", "   ", "\t", "- ")), *lines[at:]]).encode()
    damaged = bytearray(text.encode())
    for _ in range(rng.choice((1, 2, 8))):
        where = rng.randrange(len(damaged))
        if kind == 4:
            damaged[where] = rng.randrange(256)
        else:
            damaged[where] = ord(rng.choice(string.punctuation + "\n\t 0"))
    return bytes(damaged)


@pytest.mark.parametrize("seed", range(30))
def test_a_document_with_other_content_is_valid_or_refused_with_its_place(folder: Folder, seed: int) -> None:
    outcome(folder, structural(random.Random(seed)))


@pytest.mark.parametrize("seed", range(50))
def test_a_document_with_other_text_is_valid_or_refused_with_its_place(folder: Folder, seed: int) -> None:
    outcome(folder, textual(random.Random(seed)))


@pytest.mark.parametrize("place", sorted({path for path in paths(CONTENT) if len(path) == 1}))
def test_every_top_field_left_out_is_refused_or_has_a_default(folder: Folder, place: tuple[str]) -> None:
    content = copy.deepcopy(CONTENT)
    del content[place[0]]
    optional = {"stages", "tolerance", "open_questions", "response_ladder", "sectors"}
    questions_asked = place[0] == "open_questions"  # a gate names one of them
    assert outcome(folder, written(content)) == ("valid" if place[0] in optional and not questions_asked else "refused")


def test_the_undamaged_document_is_valid_either_way(folder: Folder) -> None:
    assert outcome(folder, TEXT) == outcome(folder, written(CONTENT)) == outcome(folder, SHORT.encode()) == "valid"


def test_damage_is_both_refused_and_let_through(folder: Folder) -> None:
    """The mutations above reach both outcomes: were all refused at the first byte, they would show nothing."""
    outcomes = [outcome(folder, textual(random.Random(seed))) for seed in range(1000, 1015)]
    assert {"valid", "refused"} == set(outcomes)


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_drawing_is_read_or_refused_with_its_place(folder: Folder, seed: int) -> None:
    rng = random.Random(seed)
    drawing = bytearray((folder.path / "lines/line.geojson").read_bytes())
    for _ in range(rng.choice((1, 3, 20))):
        drawing[rng.randrange(len(drawing))] = rng.randrange(256)
    if rng.random() < 0.3:
        drawing = drawing[: rng.randrange(len(drawing))]
    (folder.path / "lines/line.geojson").write_bytes(drawing)
    try:
        read_agreement(Path(folder.document))
    except InvalidDocument as refused:
        assert all(problem.where == f"{folder.document}:19:5 lines.0.file" for problem in refused.problems)
