"""Identities are the published hashes, the same for ever, and fast enough for a year of satellite heat."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, date, datetime

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.values.identity import identities, identity, mixed, text_words


def test_text_hashes_to_the_published_fnv_1a_vectors() -> None:
    words = text_words(pl.Series(["", "a", "foobar"]))
    assert [int(word) for word in words] == [0xCBF29CE484222325, 0xAF63DC4C8601EC8C, 0x85944171F73967E8]


def test_numbers_mix_to_the_published_splitmix64_vectors() -> None:
    assert int(mixed(np.array([0], np.uint64))[0]) == 0xE220A8397B1DCDAF
    assert int(mixed(np.array([1234567], np.uint64))[0]) == 6457827717110365317


def test_identities_never_change_between_versions() -> None:
    frame = pl.DataFrame(
        {
            "source": ["firms/viirs-snpp", "Авдіївка", None],
            "place": [4814000, -1, None],
            "value": [0.5, -0.0, None],
            "day": [date(2020, 7, 27), date(1970, 1, 1), None],
            "at": [datetime(2020, 7, 27, 0, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), None],
            "yes": [True, False, None],
        }
    )
    assert identities(frame, "known").to_list() == [
        67090764586943089,
        14204504865991281076,
        17927101821776194977,
    ]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=30))
def test_a_text_hashes_the_same_alone_and_among_others(texts: list[str]) -> None:
    together = text_words(pl.Series(texts))
    assert [int(word) for word in together] == [int(text_words(pl.Series([text]))[0]) for text in texts]


def test_a_long_text_stands_for_by_its_sha_256() -> None:
    long = "ж" * 300
    assert text_words(pl.Series([long]))[0] == text_words(pl.Series([hashlib.sha256(long.encode()).hexdigest()]))[0]


def test_null_empty_and_zero_are_three_different_things() -> None:
    assert identity([None]) != identity([""])
    assert identity([0]) != identity([None])
    assert identity(["ab", "c"]) != identity(["a", "bc"])
    assert identity(["a"], "one") != identity(["a"], "other")
    assert identity([]) == identity([])


def test_minus_zero_is_zero() -> None:
    assert identities(pl.DataFrame({"x": [-0.0]})).equals(identities(pl.DataFrame({"x": [0.0]})))


def test_half_a_million_rows_of_satellite_heat_take_well_under_a_second() -> None:
    size = 500_000
    rng = np.random.default_rng(1)
    frame = pl.DataFrame(
        {
            "source": pl.Series(["firms/viirs-snpp"])
            .extend_constant("firms/modis-aqua", 1)
            .sample(size, with_replacement=True, seed=1),
            "latitude": rng.integers(4_400_000, 5_200_000, size),
            "longitude": rng.integers(2_200_000, 4_000_000, size),
            "day": rng.integers(0, 20_000, size),
        }
    )
    start = time.perf_counter()
    found = identities(frame, "firms")
    assert time.perf_counter() - start < 1.0
    assert found.n_unique() == frame.unique().height
