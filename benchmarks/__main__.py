"""Runs every benchmark of this folder, one after the other, each in a process of its own; `make bench` calls it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).parent


def first_sentence(path: Path) -> str:
    """Return the first line of a benchmark's docstring: what it measures."""
    return path.read_text(encoding="utf-8").split('"""')[1].strip().splitlines()[0]


def main(asked: list[str]) -> int:
    """Run the named benchmarks, or all; return how many failed or are not known."""
    known = {path.stem: path for path in sorted(FOLDER.glob("[a-z]*.py"))}
    failed = 0
    for name in asked or known:
        if name not in known:
            print(f"No benchmark {name!r}; there are {', '.join(known)}.")
            failed += 1
            continue
        print(f"\n== {name}: {first_sentence(known[name])}", flush=True)
        start = time.perf_counter()
        code = subprocess.run([sys.executable, str(known[name])], check=False).returncode
        failed += code != 0
        print(f"   {'failed' if code else 'done'} in {time.perf_counter() - start:.0f} s", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
