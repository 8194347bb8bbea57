"""Started by the crash test: forks writers that commit until they are killed. Lines on standard input name a store and a round."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from contract import commit_of

from truceline.adapters.store import SqliteStore

ROWS = 3


def write_until_killed(folder: Path, first: int, *, early: bool) -> None:
    """Commit three rows at a time; each acknowledgement is one line in the file `acknowledged`, written after the commit."""
    acknowledged = os.open(folder / "acknowledged", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    store = SqliteStore(folder / "store")
    for number in range(first, first + 1_000_000, ROWS):
        if early:
            os.write(acknowledged, f"{number}\n".encode())
        store.commit(commit_of(*range(number, number + ROWS)))
        if not early:
            os.write(acknowledged, f"{number}\n".encode())


def main() -> None:
    """Fork a writer for each line "FOLDER FIRST EARLY", say its process id, and wait for its end."""
    for line in sys.stdin:
        folder, first, early = line.split("\t")
        child = os.fork()
        if child == 0:
            write_until_killed(Path(folder), int(first), early=early.strip() == "early")
        print(child, flush=True)  # noqa: T201  the test reads it
        os.waitpid(child, 0)
        print("gone", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
