"""A writer killed at any instant loses nothing that it acknowledged, doubles nothing, and leaves nothing half done.

A kill says nothing of the disk's own cache: that the bytes are synced in order is shown by the order tests beside this one.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from nursery import ROWS

from truceline.adapters.store import SqliteStore

KILLS = 24
CONTROL_KILLS = 6


@pytest.fixture
def nursery() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(Path(__file__).parent / "nursery.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.stdin.close()  # type: ignore[union-attr]


def _kill_a_writer(nursery: subprocess.Popen[str], folder: Path, round_: int, when: str, chance: random.Random) -> None:
    assert nursery.stdin
    assert nursery.stdout
    acknowledged = folder / "acknowledged"
    before = acknowledged.stat().st_size if acknowledged.exists() else 0
    nursery.stdin.write(f"{folder}\t{round_ * 1_000_000}\t{when}\n")
    nursery.stdin.flush()
    writer = int(nursery.stdout.readline())
    deadline = time.monotonic() + 20
    while (acknowledged.stat().st_size if acknowledged.exists() else 0) == before and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 0.06))
    os.kill(writer, signal.SIGKILL)
    assert nursery.stdout.readline() == "gone\n"


def _lost(folder: Path) -> int:
    """Acknowledged commits that are not in the store; asserts that none is there twice or in part."""
    store = SqliteStore(folder / "store")
    stored = store.scan("observation").collect()["observation_id"]
    assert stored.n_unique() == len(stored), "a row is stored twice"
    assert len(stored) == ROWS * len(store.runs()), "a commit is there in part"
    present = set(stored.to_list())
    lines = (folder / "acknowledged").read_text().splitlines()
    lost = sum(int(line) not in present for line in lines)
    with store.writing():  # sweeps what the dead writer left
        pass
    parts = sorted(path.name for path in (folder / "store" / "archive").rglob("*") if path.is_file())
    assert parts == [f"{number:08d}.parquet" for number, _ in store.runs()]
    return lost


def test_killed_writers_lose_nothing_they_acknowledged(nursery: subprocess.Popen[str], tmp_path: Path) -> None:
    chance = random.Random(20200727)
    for round_ in range(KILLS):
        _kill_a_writer(nursery, tmp_path, round_, "after", chance)
        assert _lost(tmp_path) == 0, f"round {round_}"
    store = SqliteStore(tmp_path / "store")
    assert len(store.runs()) >= KILLS
    assert store.verify() == []


def test_the_crash_test_finds_a_writer_that_acknowledges_before_it_commits(nursery: subprocess.Popen[str], tmp_path: Path) -> None:
    """Positive control: the defence taken away, the same kills find losses."""
    chance = random.Random(20200727)
    for round_ in range(CONTROL_KILLS):
        _kill_a_writer(nursery, tmp_path, round_, "early", chance)
    assert _lost(tmp_path) > 0
