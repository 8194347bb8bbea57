"""The model opens nothing, asks no clock, rolls no unseeded dice and prints nothing; the library holds data only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "truceline"
ROOMS = (
    "exercise",
    "response",
    "casework",
    "planning",
    "compliance",
    "deployment",
    "incidents",
    "forces",
    "record",
    "agreement",
    "values",
)
MODULES = sorted(path for room in ROOMS for path in (PACKAGE / room).rglob("*.py"))

OPENING_NAMES = {"open", "input", "print", "exec", "eval", "__import__"}
OPENING_METHODS = {
    "open", "fdopen", "memmap", "loadtxt", "genfromtxt", "fromfile", "tofile", "savetxt", "savez",
    "mkdir", "rmdir", "unlink", "touch", "rmtree", "exists", "is_file", "is_dir", "iterdir", "glob", "rglob",
}  # fmt: skip
OPENING_PREFIXES = ("read_", "scan_", "write_", "sink_")
CLOCK_METHODS = {"now", "utcnow", "today"}


def reaches(source: str) -> Iterator[str]:
    """Every call in the source that would reach out of the model, with its line."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name) and called.id in OPENING_NAMES:
            yield f"line {node.lineno}: {called.id}()"
        if isinstance(called, ast.Name | ast.Attribute):
            name = called.id if isinstance(called, ast.Name) else called.attr
            if name in {"default_rng", "SeedSequence", "PCG64"} and not (node.args or node.keywords):
                yield f"line {node.lineno}: {name}() without a seed"
        if isinstance(called, ast.Attribute):
            opens = called.attr in OPENING_METHODS or called.attr.startswith(OPENING_PREFIXES)
            if opens or called.attr in CLOCK_METHODS:
                yield f"line {node.lineno}: .{called.attr}()"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_the_model_reaches_for_nothing_outside(path: Path) -> None:
    assert list(reaches(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "line",
    [
        "open('agreement.yaml')",
        "gzip.open('feed.csv.gz')",
        "Path('a').read_text()",
        "pl.read_csv('feed.csv')",
        "pl.scan_parquet('observations.parquet')",
        "frame.write_parquet('observations.parquet')",
        "frame.lazy().sink_parquet('observations.parquet')",
        "np.memmap('cells')",
        "datetime.now(UTC)",
        "date.today()",
        "np.random.default_rng()",
        "print('done')",
    ],
)
def test_reaching_outside_is_noticed_when_planted(line: str) -> None:
    assert len(list(reaches(f"def judge():\n    return {line}\n"))) == 1


def test_arithmetic_with_a_seed_is_welcome() -> None:
    assert list(reaches("def play(seed):\n    return np.random.default_rng(seed).normal(size=3)\n")) == []


def test_the_library_holds_data_only() -> None:
    code = [path for path in (PACKAGE / "library").rglob("*.py") if path != PACKAGE / "library" / "__init__.py"]
    body = ast.parse((PACKAGE / "library" / "__init__.py").read_text(encoding="utf-8")).body
    assert code == []
    assert [type(node) for node in body] == [ast.Expr], "the library's __init__ is one docstring"
