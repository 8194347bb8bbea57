"""Stable 64-bit identities of records, computed column by column: the same on every machine and in every version.

Text is hashed by FNV-1a over its UTF-8 bytes, numbers and times by their 64 bits; every value is then mixed by the finaliser of
SplitMix64 and the columns are folded in order. No library's own hash is used, because those may change between releases.
Sources: Fowler, Noll, Vo, "The FNV Non-Cryptographic Hash Algorithm"; Steele, Lea, Flood, "Fast Splittable Pseudorandom Number
Generators" (OOPSLA 2014). Neither withstands forgery: identities tell records apart, seals are `record`'s business.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import polars as pl

Words = npt.NDArray[np.uint64]

_FNV_OFFSET = np.uint64(0xCBF29CE484222325)
_FNV_PRIME = np.uint64(0x100000001B3)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_NULL = np.uint64(0x6E756C6C)
_LONGEST_TEXT = 512
"""Longer text, in bytes, is first replaced by the hexadecimal digits of its SHA-256, so that one long value stays cheap."""


def mixed(words: Words) -> Words:
    """Each word after one step of SplitMix64: equal words stay equal, any changed bit changes about half of the bits."""
    out = np.asarray(words, np.uint64) + _GOLDEN
    out = (out ^ (out >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    out = (out ^ (out >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(out ^ (out >> np.uint64(31)), np.uint64)


def text_words(text: pl.Series) -> Words:
    """FNV-1a, 64 bits, of the UTF-8 bytes of each string, shape (n,); null hashes as empty."""
    distinct = text.unique()
    if len(distinct) == 1:
        return np.full(len(text), _fnv(distinct)[0], np.uint64)
    if 2 * len(distinct) < len(text):  # few words, many rows: hash each word once
        table = pl.DataFrame({"text": distinct, "word": pl.Series(_fnv(distinct), dtype=pl.UInt64)})
        joined = pl.DataFrame({"text": text}).join(table, on="text", how="left", nulls_equal=True, maintain_order="left")
        return joined["word"].to_numpy()
    return _fnv(text)


def identities(columns: pl.DataFrame, salt: str = "") -> pl.Series:
    """Identity of each row from all its columns in order, of type UInt64.

    Accepts text, enums, integers, floats, booleans, dates and times. A null differs from an empty text and from zero; minus
    zero equals zero. `salt` keeps identities of different kinds of record apart.
    """
    folded = np.full(columns.height, text_words(pl.Series([salt]))[0], np.uint64)
    for column in columns:
        folded = mixed(folded ^ _words(column))
    return pl.Series("identity", folded, dtype=pl.UInt64)


def identity(values: Iterable[str | int | None], salt: str = "") -> int:
    """Identity of one record from its values in order: what `identities` gives for a row of the same values."""
    row = {str(place): [value] for place, value in enumerate(values)}
    frame = pl.DataFrame(row, schema_overrides={name: pl.String for name, (value,) in row.items() if value is None})
    return int(identities(frame, salt)[0]) if row else int(text_words(pl.Series([salt]))[0])


def _words(column: pl.Series) -> Words:
    kind = column.dtype
    if kind in (pl.Enum, pl.Categorical, pl.String):
        words = text_words(column.cast(pl.String))
    elif kind.is_float():
        words = (column.fill_null(0.0).cast(pl.Float64).to_numpy() + 0.0).view(np.uint64)  # + 0.0 turns minus zero into zero
    elif kind == pl.UInt64:
        words = column.fill_null(0).to_numpy()
    else:
        words = column.to_physical().cast(pl.Int64).fill_null(0).to_numpy().view(np.uint64)
    words = mixed(words)
    if column.null_count():
        words = np.where(column.is_null().to_numpy(), _NULL, words)
    return words


def _fnv(text: pl.Series) -> Words:
    text = text.fill_null("")
    lengths = text.str.len_bytes().to_numpy().astype(np.int64)
    if len(lengths) and lengths.max() > _LONGEST_TEXT:
        text = pl.Series([_shortened(value) for value in text])
        lengths = text.str.len_bytes().to_numpy().astype(np.int64)
    order = np.argsort(-lengths, kind="stable")
    starts = (np.cumsum(lengths) - lengths)[order]
    content = np.frombuffer(text.str.join("").item().encode() if len(text) else b"", np.uint8)
    words = np.full(len(lengths), _FNV_OFFSET, np.uint64)
    still = np.searchsorted(-lengths[order], -np.arange(1, lengths.max(initial=0) + 1), side="right")
    for position, rows in enumerate(still):  # one step a byte position, over all texts at least so long
        words[:rows] = (words[:rows] ^ content[starts[:rows] + position]) * _FNV_PRIME
    out = np.empty_like(words)
    out[order] = words
    return out


def _shortened(value: str) -> str:
    encoded = value.encode()
    return value if len(encoded) <= _LONGEST_TEXT else hashlib.sha256(encoded).hexdigest()
