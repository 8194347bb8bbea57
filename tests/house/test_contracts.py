"""The contracts on imports hold, and each of them is seen to break when a wrong import is planted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
NAMES = {contract["id"]: contract["name"] for contract in CONTRACTS}

WRONG_IMPORTS = {
    "layers": ("values/planted.py", "import truceline.usecases.ports"),
    "judge-without-force": ("compliance/planted.py", "import truceline.forces"),
    "posture-without-incidents": ("deployment/planted.py", "import truceline.incidents.tables"),
    "model-without-world": ("agreement/planted.py", "from pathlib import Path"),
    "flows-without-drivers": ("usecases/planted.py", "import sqlalchemy"),
    "screens-ask-use-cases": ("cli/planted.py", "import truceline.adapters.store"),
}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the package and of the contracts, to be spoilt."""
    shutil.copytree(ROOT / "src" / "truceline", tmp_path / "truceline", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def plant(folder: Path, file: str, line: str) -> None:
    path = folder / "truceline" / file
    path.parent.mkdir(exist_ok=True)
    (path.parent / "__init__.py").touch()
    path.write_text(f"{line}\n", encoding="utf-8")


def verdicts(folder: Path) -> tuple[int, str]:
    """Exit code and the words of Import Linter on the copy, without its line breaks."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "400", "TERM": "dumb", "NO_COLOR": "1"}
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", lint, "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def test_every_contract_is_kept(copied: Path) -> None:
    code, words = verdicts(copied)
    assert code == 0, words
    for name in NAMES.values():
        assert f"{name} KEPT" in words


def test_every_contract_breaks_when_a_wrong_import_is_planted(copied: Path) -> None:
    assert set(WRONG_IMPORTS) == set(NAMES), "each contract needs a wrong import that proves it"
    plant(copied, "forces/__init__.py", "")
    for file, line in WRONG_IMPORTS.values():
        plant(copied, file, line)
    code, words = verdicts(copied)
    assert code != 0
    for name in NAMES.values():
        assert f"{name} BROKEN" in words


def test_rooms_on_one_line_may_not_know_each_other(copied: Path) -> None:
    plant(copied, "forces/planted.py", "import truceline.incidents.tables")
    code, words = verdicts(copied)
    assert code != 0
    assert f"{NAMES['layers']} BROKEN" in words


def test_a_room_that_no_contract_knows_is_refused(copied: Path) -> None:
    plant(copied, "attic/__init__.py", "")
    code, words = verdicts(copied)
    assert code != 0
    assert "attic" in words


def test_every_room_of_the_model_is_kept_from_the_world() -> None:
    layers = next(contract for contract in CONTRACTS if contract["id"] == "layers")["layers"]
    model = layers[layers.index("exercise") :]
    rooms = {room.strip(" ()") for layer in model for room in layer.split("|")}
    built = {f"truceline.{room}" for room in rooms if (ROOT / "src" / "truceline" / room).is_dir()}
    named = next(contract for contract in CONTRACTS if contract["id"] == "model-without-world")["source_modules"]
    assert set(named) == built
