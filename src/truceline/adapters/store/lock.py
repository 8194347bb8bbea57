"""One writer at a time, across processes and threads."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from truceline.values.errors import Problem, StoreRefused


class WriterLock:
    """A lock file that its holder keeps locked while writing; the operating system frees it when the holder dies.

    The same holder may take it again inside itself. Nobody else waits for it: a second writer is told at once.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._depth = 0
        self._thread = threading.RLock()

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Hold the lock; yields whether it was taken now rather than held already. Raises StoreRefused if another writer has it."""
        with self._thread:
            descriptor = self._lock() if self._depth == 0 else None
            self._depth += 1
            try:
                yield descriptor is not None
            finally:
                self._depth -= 1
                if descriptor is not None:
                    os.close(descriptor)

    def _lock(self) -> int:
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreRefused(Problem(str(self._path), "a lock file that can be written", str(error), "Check rights.")) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # not lockf: that is lost when any handle of the file closes
        except OSError:
            holder = os.read(descriptor, 32).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise StoreRefused(
                Problem(
                    str(self._path.parent),
                    "to be the only writer",
                    f"another one at work (process {holder or 'unknown'})",
                    "Wait until it has finished, then repeat.",
                )
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        return descriptor
