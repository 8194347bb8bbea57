"""Delimited text as frames of text columns, each record with its line; what is no record is rejected with its bytes.

Blocks without quotation marks, odd bytes or ragged lines, which is nearly all of a satellite archive, go through Polars' parser
whole; any other block is read record by record. Both give the same rows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from truceline.adapters.feeds.files import LARGEST_BYTES, blocks
from truceline.usecases.ports import Rejected
from truceline.values.errors import InvalidFeed, Problem

LONGEST_RECORD_BYTES = 1 << 20
LONGEST_RECORD_LINES = 64
LINE = "line of record"
"""Column of a frame that numbers its records; no file may have it."""

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of a format: those it must have, and those it may have; any other column refuses the file."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every column, required ones first."""
        return self.required + self.optional


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some records of a file.

    `frame` has the column LINE (the first line of the record) and the columns of the format as text, stripped, null where empty;
    `content` gives the original bytes of the record that begins at a line.
    """

    frame: pl.DataFrame
    rejected: tuple[Rejected, ...]
    content: Callable[[int], bytes]


def read_records(path: Path, columns: Columns | None, largest_bytes: int = LARGEST_BYTES) -> Iterator[Chunk]:
    """Yield the records of a delimited file in order; with `columns` None any header is taken as it is.

    Raises InvalidFeed when the file as a whole is no such table: wrong encoding, missing or unknown columns, too large.
    """
    header: list[str] | None = None
    line, carry = 1, b""
    for block in blocks(path, largest_bytes):
        carry += block
        if header is None:
            header, used = _header(path, carry, columns)
            if header is None:
                continue
            line, carry = line + carry[:used].count(b"\n"), carry[used:]
        end = carry.rfind(b"\n") + 1
        if not end and len(carry) > 16 * LONGEST_RECORD_BYTES:
            raise InvalidFeed(
                Problem(f"{path}, line {line}", "lines of text", f"one of more than {len(carry):,} bytes", "Check the file.")
            )
        if end:
            chunk, used = _chunk(path, carry[:end], line, header, last=False)
            yield _declared(chunk, columns)
            line, carry = line + carry[:used].count(b"\n"), carry[used:]
    if header is None:
        header, used = _header(path, carry + b"\n", columns)
        carry = carry[used:]
        if header is None:
            raise InvalidFeed(Problem(str(path), "a header line", "an empty file", "Fetch it again."))
    if carry.strip():
        chunk, _ = _chunk(path, carry, line, header, last=True)
        yield _declared(chunk, columns)


def _header(path: Path, start: bytes, columns: Columns | None) -> tuple[list[str] | None, int]:
    """Names in the first line and the number of bytes that it takes; None while the line is not complete."""
    skipped = len(start) - len(start.lstrip(b"\r\n"))
    end = start.find(b"\n", skipped) + 1
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in start[: end or None]:
        raise InvalidFeed(Problem(str(path), "text in UTF-8", "another encoding (UTF-16?) or no text", "Save it as CSV in UTF-8."))
    if not end:
        if len(start) > LONGEST_RECORD_BYTES:
            raise InvalidFeed(Problem(str(path), "a header line", f"{len(start):,} bytes without a line end", "Check the file."))
        return None, 0
    try:
        text = start[:end].removeprefix(_BOM).decode().strip()
        names = [name.strip() for name in next(csv.reader([text], strict=True), [])]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidFeed(Problem(f"{path}, line 1", "a header in UTF-8", str(error), "Save it as CSV in UTF-8.")) from None
    _check_names(path, names, columns)
    return names, end


def _check_names(path: Path, names: Sequence[str], columns: Columns | None) -> None:
    problems = []
    where = f"{path}, line 1"
    found = ", ".join(names)[:300] or "none"
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        problems.append(Problem(where, "each column once", f"{', '.join(repeated)} more than once", "Rename or remove one."))
    if LINE in names:
        problems.append(Problem(where, f"no column {LINE}", LINE, "Rename it."))
    if columns is not None:
        if missing := [name for name in columns.required if name not in names]:
            problems.append(Problem(where, f"the columns {', '.join(missing)}", found, "Add them, or use another reader."))
        if unknown := [name for name in names if name not in columns.all]:
            known = f"no columns but {', '.join(columns.all)}"
            problems.append(Problem(where, known, ", ".join(unknown), "Remove them, or describe the file in a mapping."))
    if problems:
        raise InvalidFeed(*problems)


def _chunk(path: Path, text: bytes, first_line: int, header: Sequence[str], *, last: bool) -> tuple[Chunk, int]:
    """The records in some lines, and how many bytes were used (a quoted record may go on in the next block)."""
    fast = _plain_frame(text, first_line, header)
    if fast is not None:
        lines: list[bytes] = []

        def content(line: int) -> bytes:
            if not lines:
                lines.extend(text.split(b"\n"))
            return lines[line - first_line]

        return Chunk(fast, (), content), len(text)
    return _careful_chunk(path, text, first_line, header, last=last)


def _plain_frame(text: bytes, first_line: int, header: Sequence[str]) -> pl.DataFrame | None:
    """Parse a block whole if it is surely one record a line, else None.

    The commas must add up to those of full lines; a line with one too many then makes Polars refuse, so none is ragged.
    """
    if b'"' in text or b"\x00" in text or b"\n\n" in text or text.startswith((b"\n", b"\r")):
        return None
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n")
        if b"\r" in text or b"\n\n" in text:
            return None
    lines = text.count(b"\n") + (not text.endswith(b"\n"))
    if len(header) < 2 or text.count(b",") != lines * (len(header) - 1):
        return None
    guarded = io.BytesIO(b"-\n" + text)  # else Polars would unpack a block that happens to begin like a compressed file
    schema = dict.fromkeys(header, pl.String)
    try:
        frame = pl.read_csv(guarded, has_header=False, skip_rows=1, schema=schema, quote_char=None)
    except pl.exceptions.PolarsError:
        return None
    if frame.height != lines:
        return None
    if b" " in text or b"\t" in text:
        frame = frame.select(_stripped(name) for name in header)
    return frame.with_columns(pl.int_range(first_line, first_line + lines, dtype=pl.Int64).alias(LINE))


def _stripped(name: str) -> pl.Expr:
    text = pl.col(name).str.strip_chars()
    return pl.when(text != "").then(text).alias(name)


def _careful_chunk(path: Path, text: bytes, first_line: int, header: Sequence[str], *, last: bool) -> tuple[Chunk, int]:
    rows: list[list[str | int | None]] = []
    rejected: list[Rejected] = []
    contents: dict[int, bytes] = {}
    used = undecodable = 0
    for line, record, unclosed in _split(text, first_line, last=last):
        used += len(record)
        content = record.rstrip(b"\r\n")
        if not content.strip():
            continue
        fields, reason = ([], "a quotation mark is never closed") if unclosed else _fields(content, len(header))
        undecodable += reason.startswith("expected text in UTF-8")
        if reason:
            rejected.append(Rejected(line, "", reason, content))
            continue
        contents[line] = content
        rows.append([line, *(field.strip() or None for field in fields)])
    if first_line <= 2 and undecodable > len(rows) + len(rejected) - undecodable:
        raise InvalidFeed(
            Problem(str(path), "text in UTF-8", f"{undecodable:,} records in another encoding", "Save it as CSV in UTF-8.")
        )
    schema = {LINE: pl.Int64, **dict.fromkeys(header, pl.String)}
    return Chunk(pl.DataFrame(rows, schema=schema, orient="row"), tuple(rejected), contents.__getitem__), used


def _split(text: bytes, first_line: int, *, last: bool) -> Iterator[tuple[int, bytes, bool]]:
    """Yield (line, bytes, whether its quotation never closes) of each record; an unfinished last one is left for the next block."""
    lines = text.splitlines(keepends=True) if b"\r" not in text else [part + b"\n" for part in text.split(b"\n")]
    if b"\r" in text:
        lines[-1] = lines[-1][:-1]
        lines = [part for part in lines if part]
    at = 0
    while at < len(lines):
        end, marks, size = at, 0, 0
        while end < len(lines):
            marks += lines[end].count(b'"')
            size += len(lines[end])
            end += 1
            if marks % 2 == 0 or end - at >= LONGEST_RECORD_LINES or size > LONGEST_RECORD_BYTES:
                break
        if marks % 2 == 0:
            yield first_line + at, b"".join(lines[at:end]), False
            at = end
        elif end == len(lines) and not last and end - at < LONGEST_RECORD_LINES and size <= LONGEST_RECORD_BYTES:
            return
        else:
            yield first_line + at, lines[at], True
            at += 1


def _fields(content: bytes, expected: int) -> tuple[list[str], str]:
    """The fields of one record and why it cannot be taken, if so."""
    if len(content) > LONGEST_RECORD_BYTES:
        return [], f"expected a record of at most {LONGEST_RECORD_BYTES:,} bytes, found {len(content):,}"
    if b"\x00" in content:
        return [], "expected text, found a null byte"
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        return [], f"expected text in UTF-8, found byte 0x{content[error.start]:02x} at place {error.start + 1}"
    try:
        fields = next(csv.reader([text], strict=True))
    except csv.Error as error:
        return [], f"expected fields quoted as in RFC 4180, found: {error}"
    if len(fields) != expected:
        return [], f"expected {expected} fields, found {len(fields)}"
    return fields, ""


def _declared(chunk: Chunk, columns: Columns | None) -> Chunk:
    """The chunk with every optional column of the format, null where the file has none."""
    if columns is None:
        return chunk
    absent = [pl.lit(None, pl.String).alias(name) for name in columns.optional if name not in chunk.frame.columns]
    return Chunk(chunk.frame.with_columns(absent), chunk.rejected, chunk.content)
