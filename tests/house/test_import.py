"""Importing Truceline does nothing: no heavy library, no handler, no setting, and one short page of public names."""

from __future__ import annotations

import json
import subprocess
import sys

HEAVY = {"numba", "numpy", "polars", "scipy", "shapely", "pyproj", "pydantic", "sqlalchemy", "rich", "typer", "typst", "jinja2"}

PROBE = """
import json, locale, logging, os, sys, warnings
state = lambda: (list(logging.getLogger().handlers), list(warnings.filters), os.environ.copy(), os.getcwd(), locale.getlocale())
before, known = state(), set(sys.modules)
import truceline
print(json.dumps({
    "unchanged": state() == before,
    "loaded": sorted({name.split(".")[0] for name in set(sys.modules) - known}),
    "public": sorted(name for name in vars(truceline) if not name.startswith("_")),
    "version": truceline.__version__,
}))
"""


def probe() -> dict[str, object]:
    done = subprocess.run([sys.executable, "-I", "-c", PROBE], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def test_importing_the_package_does_nothing_else() -> None:
    seen = probe()
    assert seen["unchanged"]
    loaded = seen["loaded"]
    assert isinstance(loaded, list)
    assert not HEAVY & set(loaded)


def test_the_package_itself_shows_its_version_and_its_rooms_only() -> None:
    assert probe()["public"] == []


def test_the_version_is_the_installed_one() -> None:
    from importlib.metadata import version

    assert probe()["version"] == version("truceline")
