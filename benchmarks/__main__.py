"""Runs every benchmark of this folder, one after the other, each in a process of its own; `make bench` calls it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).parent


def first_sentence(path: Path) -> str:
    """The first line of a benchmark's docstring: what it measures."""
    return path.read_text(encoding="utf-8").split('"""')[1].strip().splitlines()[0]


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; the number of those that failed."""
    paths = [path for path in sorted(FOLDER.glob("[a-z]*.py")) if not names or path.stem in names]
    if unknown := set(names) - {path.stem for path in paths}:
        print(
            f"No benchmark named {', '.join(sorted(unknown))}; there are {', '.join(p.stem for p in sorted(FOLDER.glob('[a-z]*.py')))}."
        )
        return 1
    failed = 0
    for path in paths:
        print(f"\n== {path.stem}: {first_sentence(path)}", flush=True)
        start = time.perf_counter()
        code = subprocess.run([sys.executable, str(path)], check=False).returncode
        failed += code != 0
        print(f"   {'failed' if code else 'done'} in {time.perf_counter() - start:.0f} s", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
