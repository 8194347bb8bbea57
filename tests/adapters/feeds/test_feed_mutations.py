"""Whatever bytes come, a reader answers with rows, rejected rows or one plain refusal: never with another exception."""

from __future__ import annotations

import io
import json
import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from test_feed_readers import EYES, VIIRS, WATCH, patrols
from test_feed_table import CLAIM, csv, mapping

from truceline.adapters.feeds import FeedContext, TableReader
from truceline.adapters.feeds.eyes_on_russia import EyesOnRussiaReader
from truceline.adapters.feeds.firms import FirmsReader
from truceline.adapters.feeds.patrols import PatrolReader
from truceline.adapters.feeds.watch import WatchReader
from truceline.usecases.ports import FeedReader
from truceline.values.errors import InvalidFeed

MUTATIONS = 40
ODD = [
    b'"',
    b",",
    b"\n",
    b"\r",
    b"\x00",
    b"\xff",
    b"nan",
    b"-0",
    b"1e308",
    b"9" * 400,
    b"\xef\xbb\xbf",
    "ж".encode(),
    b"N/K",
    b"{",
    b"\x1f\x8b",
]


def _mutated(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(len(changed) + 1)
        match chance.randrange(5):
            case 0:
                changed[at:at] = chance.choice(ODD)
            case 1:
                del changed[at : at + chance.choice((1, 3, 40))]
            case 2 if at < len(changed):
                changed[at] ^= 1 << chance.randrange(8)
            case 3:
                other = chance.randrange(len(changed) + 1)
                changed[at:at] = changed[other : other + chance.choice((1, 10, 100))]
            case _:
                del changed[at:]
    return bytes(changed)


def _parquet() -> bytes:
    buffer = io.BytesIO()
    pl.DataFrame([CLAIM] * 3).write_parquet(buffer)
    return buffer.getvalue()


def _geojson() -> bytes:
    place = {"type": "Point", "coordinates": [37.7, 48.1]}
    feature = {"type": "Feature", "properties": {"id": "N-1", "what": "shelling", "number": 3}, "geometry": place}
    return json.dumps({"type": "FeatureCollection", "features": [feature] * 3}).encode()


FIRE = "48.1,37.7,330.5,0.5,0.4,2020-07-27,46,N20,VIIRS,h,2.0NRT,290.2,12.1,N\n"
STORY = 'UW1,2022-03-27,Munitions,"Blast, seen",48.1,37.7,Ukraine,,,,9M55K Smerch,GRAPHIC,example.org/1\n'
CAMERA = "cam-1,camera,2020-07-27T00:00+03:00,2020-07-28T00:00+03:00,48.14,37.74,5,0.8,watching,,\n"


def _cases(context: FeedContext) -> dict[str, tuple[FeedReader, bytes, str]]:
    table = TableReader(mapping(), context)
    return {
        "firms": (FirmsReader(context), (VIIRS + FIRE * 4).encode(), "x.csv"),
        "firms bare": (FirmsReader(context), b"latitude,longitude,acq_date\n" + b"48.1,37.7,2020-07-27\n" * 6, "x.csv"),
        "eyes on russia": (EyesOnRussiaReader(context), (EYES + STORY * 3).encode(), "x.csv"),
        "patrols": (PatrolReader(context), patrols({}, {"time": "10:15"}, {"bearing": "E-SE"}).encode(), "x.csv"),
        "watch": (WatchReader(context), (WATCH + CAMERA * 3).encode(), "x.csv"),
        "table": (table, csv({}, {}, {}).encode(), "x.csv"),
        "parquet": (table, _parquet(), "x.parquet"),
        "geojson": (table, _geojson(), "x.geojson"),
    }


@pytest.mark.parametrize("case", ["firms", "firms bare", "eyes on russia", "patrols", "watch", "table", "parquet", "geojson"])
def test_no_mutation_of_a_file_brings_another_exception(context: FeedContext, tmp_path: Path, case: str) -> None:
    reader, content, name = _cases(context)[case]
    chance = random.Random(f"mutations of {case}")
    path = tmp_path / name
    outcomes: Counter[str] = Counter()
    for number in range(MUTATIONS):
        path.write_bytes(_mutated(content, chance))
        try:
            for batch in reader.read(path, datetime(2026, 3, 1, tzinfo=UTC)):
                outcomes["rows"] += batch.observations.height + batch.exposures.height
                outcomes["rejected"] += len(batch.rejected)
                _is_sound(batch.observations)
        except InvalidFeed:
            outcomes["refused"] += 1
        except Exception as error:
            raise AssertionError(f"mutation {number} of {case}: {path.read_bytes()!r}") from error
    assert outcomes["refused"] > 0
    assert outcomes["rows"] + outcomes["rejected"] > 0


def _is_sound(observations: pl.DataFrame) -> None:
    """What gets through a reader can be relied on by everything after it."""
    needed = (
        "observation_id",
        "content_hash",
        "source",
        "occurred_from",
        "occurred_until",
        "latitude",
        "longitude",
        "uncertainty_m",
        "kind",
    )
    assert not any(observations[name].null_count() for name in needed)
    assert observations["latitude"].is_between(-90, 90).all()
    assert observations["longitude"].is_between(-180, 180).all()
    assert observations["uncertainty_m"].is_finite().all()
    assert (observations["occurred_from"] <= observations["occurred_until"]).all()
