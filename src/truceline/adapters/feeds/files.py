"""Bytes of a feed file, decompressed as they are read and limited, so that no file can fill the machine."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from truceline.values.errors import InvalidFeed, Problem

LARGEST_BYTES = 2 << 30
"""Decompressed bytes that a file may have unless the reader is told otherwise: 2 GiB."""

BLOCK_BYTES = 8 << 20

_GZIP = b"\x1f\x8b"


def blocks(path: Path, largest_bytes: int = LARGEST_BYTES, block_bytes: int = BLOCK_BYTES) -> Iterator[bytes]:
    """Yield a file's bytes in blocks; gzip is told from its first two bytes, whatever the name says.

    Raises InvalidFeed for a file that cannot be opened, is damaged, ends too early or is too large.
    """
    total = 0
    try:
        with path.open("rb") as plain:
            compressed = plain.read(2) == _GZIP
            if path.suffix == ".gz" and not compressed:
                raise _invalid(path, "a gzip file, as its name says", "other content", "Take .gz off its name or fetch it again.")
            plain.seek(0)
            stream = gzip.GzipFile(fileobj=plain) if compressed else plain
            while block := stream.read(block_bytes):
                total += len(block)
                if total > largest_bytes:
                    raise _invalid(path, f"at most {largest_bytes:,} bytes after decompression", "more", "Split the file.")
                yield block
    except EOFError:
        raise _invalid(path, "a whole gzip file", "one that ends too early", "Fetch it again.") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise _invalid(path, "an undamaged gzip file", str(error), "Fetch it again.") from None
    except OSError as error:
        raise _invalid(path, "a file that can be read", error.strerror or str(error), "Check its path and rights.") from None


def whole(path: Path, largest_bytes: int = LARGEST_BYTES) -> bytes:
    """All bytes of a file, decompressed; raises as `blocks` does."""
    return b"".join(blocks(path, largest_bytes))


def _invalid(path: Path, expected: str, found: str, next_step: str) -> InvalidFeed:
    return InvalidFeed(Problem(str(path), expected, found, next_step))
