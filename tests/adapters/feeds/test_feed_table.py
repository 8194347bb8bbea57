"""Any table through a mapping: parties' claims stay claims, and a time without a zone is never guessed."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError
from reading import Read
from ruamel.yaml import YAML

from truceline.adapters.feeds import FeedContext, TableMapping, TableReader, reader_for
from truceline.usecases.mission import FeedSettings, Mission
from truceline.values.errors import InvalidDocument, InvalidFeed

CLAIMS: dict[str, Any] = {
    "format": "truceline-mapping/1",
    "feed": "claims",
    "time_zone": "Europe/Kyiv",
    "ignore": ["serial"],
    "fields": {
        "reference": {"column": "id"},
        "source": {"column": "claimant", "values": {"North": "north-daily", "South": "south-daily"}},
        "occurred": {"columns": ["date", "time"], "format": "%Y-%m-%d %H:%M", "precision_min": 15},
        "latitude": {"column": "lat"},
        "longitude": {"column": "lon"},
        "uncertainty_m": {"column": "accuracy_km", "unit": "km", "unknown": ["?"]},
        "kind": {"column": "what", "values": {"shelling": "explosion", "drone": "uav flight"}},
        "count": {"column": "number"},
        "weapon": {"column": "weapon", "values": {"mortar": "mortar", "howitzer": "artillery"}},
        "direction_from_deg": {"column": "from"},
        "claimed_party": {"column": "accused"},
        "credibility": {"constant": 3},
        "text": {"column": "text"},
    },
}
CLAIM = {
    "serial": "1",
    "id": "N-1",
    "claimant": "north",
    "date": "2020-07-27",
    "time": "10:15",
    "lat": "48.1",
    "lon": "37.7",
    "accuracy_km": "2",
    "what": "Shelling",
    "number": "3",
    "weapon": "howitzer",
    "from": "WNW",
    "accused": "south",
    "text": "as told",
}


def mapping(**changes: Any) -> TableMapping:
    fields = {name: rule for name, rule in (CLAIMS["fields"] | changes.pop("fields", {})).items() if rule is not None}
    return TableMapping.model_validate(CLAIMS | {"fields": fields} | changes)


def csv(*changes: dict[str, str]) -> str:
    return ",".join(CLAIM) + "\n" + "".join(",".join((CLAIM | change).values()) + "\n" for change in changes)


def test_a_claim_is_read_as_the_mapping_says(context: FeedContext, read: Read) -> None:
    found = read(TableReader(mapping(), context), csv({})).observations.row(0, named=True)
    assert found["occurred_from"] == datetime(2020, 7, 27, 7, 0, tzinfo=UTC)
    assert found["occurred_until"] - found["occurred_from"] == timedelta(minutes=30)
    assert (found["feed"], found["source"], found["reference"]) == ("claims", "north-daily", "N-1")
    assert (found["origin"], found["reliability"], found["credibility"]) == ("north-mod", "D", 3)
    assert (found["kind"], found["weapon"], found["count"], found["means"]) == ("explosion", "artillery", 3, "reported")
    assert (found["uncertainty_m"], found["direction_from_deg"], found["claimed_party"]) == (2000.0, 292.5, "south")
    assert (found["text"], found["originator"]) == ("as told", "north-daily")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"claimant": "West"}, "claimant"),
        ({"claimant": ""}, "claimant"),
        ({"time": "10.15"}, "date"),
        ({"date": "2020-03-29", "time": "03:30"}, "date"),
        ({"lat": "abc"}, "lat"),
        ({"lat": "37.7", "lon": "48.1"}, "lat"),
        ({"accuracy_km": "-1"}, "accuracy_km"),
        ({"what": "mischief"}, "what"),
        ({"what": ""}, "what"),
        ({"number": "2.5"}, "number"),
        ({"weapon": "bow"}, "weapon"),
        ({"from": "left"}, "from"),
    ],
)
def test_a_row_that_the_mapping_cannot_read_is_rejected_alone(
    context: FeedContext, read: Read, change: dict[str, str], field: str
) -> None:
    found = read(TableReader(mapping(), context), csv({}, change))
    assert found.observations.height == 1
    assert [(row.line, row.field) for row in found.rejected] == [(3, field)]


def test_what_is_not_known_is_null_or_the_stated_default(context: FeedContext, read: Read) -> None:
    change = {"accuracy_km": "?", "number": "N/K", "weapon": "", "from": "n/k", "accused": ""}
    found = read(TableReader(mapping(), context), csv(change)).observations.row(0, named=True)
    assert [found[name] for name in ("count", "weapon", "direction_from_deg", "claimed_party")] == [None] * 4
    assert found["uncertainty_m"] == 1000.0


def test_a_time_without_zone_is_rejected_where_the_mapping_states_none(context: FeedContext, read: Read) -> None:
    iso = {"occurred": {"column": "date"}, "text": {"columns": ["time", "text"]}}
    reader = TableReader(mapping(time_zone=None, fields=iso), context)
    found = read(reader, csv({"date": "2020-07-27T10:15"}, {"date": "2020-07-27T10:15Z"}, {"date": "2020-07-27"}))
    assert found.observations["occurred_from"].to_list() == [datetime(2020, 7, 27, 10, 15, tzinfo=UTC)]
    assert all("the mapping states none" in row.reason for row in found.rejected)
    assert [row.line for row in found.rejected] == [2, 4]


def test_a_date_alone_stands_for_its_local_day(context: FeedContext, read: Read) -> None:
    iso = {"occurred": {"column": "date"}, "text": {"columns": ["time", "text"]}}
    found = read(TableReader(mapping(fields=iso), context), csv({"date": "2020-10-25"})).observations
    assert (found["occurred_until"] - found["occurred_from"]).to_list() == [timedelta(hours=25)]


def test_columns_that_are_missing_or_unmapped_refuse_the_file(context: FeedContext, read: Read) -> None:
    with pytest.raises(InvalidFeed) as caught:
        read(TableReader(mapping(ignore=[]), context), csv({}).replace("weapon", "arm"))
    assert [problem.expected for problem in caught.value.problems] == [
        "only columns that the mapping uses or ignores",
        "the columns weapon",
    ]


def test_parquet_gives_the_same_observation_as_csv(context: FeedContext, read: Read) -> None:
    buffer = io.BytesIO()
    pl.DataFrame([CLAIM]).with_columns(pl.col("lat", "lon").cast(pl.Float64), pl.col("number").cast(pl.Int64)).write_parquet(buffer)
    from_parquet = read(TableReader(mapping(), context), buffer.getvalue(), "claims.parquet").observations
    assert from_parquet.equals(read(TableReader(mapping(), context), csv({})).observations)


def test_times_in_parquet_keep_their_zone(context: FeedContext, read: Read) -> None:
    at = datetime(2020, 7, 27, 10, 15, 30, tzinfo=UTC)
    buffer = io.BytesIO()
    frame = pl.DataFrame([CLAIM]).with_columns(date=pl.lit(at), time=pl.lit(date(2020, 7, 28)))
    frame.write_parquet(buffer)
    fields = {"occurred": {"column": "date"}, "reported_at": {"column": "time"}}
    reader = TableReader(mapping(fields=fields), context)
    found = read(reader, buffer.getvalue(), "claims.parquet").observations.row(0, named=True)
    assert found["occurred_from"] == at
    assert found["reported_at"] == datetime(2020, 7, 27, 21, tzinfo=UTC)


def test_geojson_points_give_the_place(context: FeedContext, read: Read) -> None:
    properties = {name: value for name, value in CLAIM.items() if name not in ("lat", "lon", "serial", "weapon")} | {"number": 3}
    points: list[Any] = [
        {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": [37.7, 48.1]}},
        {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": []}},
        {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": ["37.7", None]}},
        17,
    ]
    document = json.dumps({"type": "FeatureCollection", "features": points})
    reader = TableReader(mapping(fields={"latitude": None, "longitude": None}), context)
    found = read(reader, document, "claims.geojson")
    assert found.observations.select("latitude", "longitude", "count").rows() == [(48.1, 37.7, 3)]
    assert [row.line for row in found.rejected] == [2, 3, 4]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.parquet", b"PAR1 no", "Parquet"),
        ("x.geojson", b"{", "GeoJSON"),
        ("x.geojson", b"[" * 100_000, "GeoJSON"),
        ("x.geojson", b'{"type": "FeatureCollection"}', "FeatureCollection"),
        ("x.xlsx", b"PK", "name that ends"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(context: FeedContext, read: Read, name: str, content: bytes, says: str) -> None:
    with pytest.raises(InvalidFeed, match=says):
        read(TableReader(mapping(), context), content, name)


@pytest.mark.parametrize(
    "changes",
    [
        {"fields": {"source": None}},
        {"fields": {"occurred": None}},
        {"fields": {"latitude": None}},
        {"fields": {"kind": {"column": "a", "constant": "b"}}},
        {"fields": {"colour": {"column": "a"}}},
        {"time_zone": "Mars/Olympus"},
    ],
)
def test_a_mapping_that_cannot_work_is_refused_at_birth(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        mapping(**changes)


def test_a_mapping_is_found_by_its_name_in_the_feeds_document(context: FeedContext, read: Read, tmp_path: Path) -> None:
    mission = Mission(format="truceline-mission/1", id="m", title="M", time_zone="Europe/Kyiv", area=context.area)
    mappings = {"claims": "claims.yaml", "rumours": "claims.yaml"}
    feeds = FeedSettings(format="truceline-feeds/1", sources=tuple(context.sources.values()), mappings=mappings)
    (tmp_path / "claims.yaml").write_text(json.dumps(CLAIMS))  # JSON is YAML
    reader = reader_for("claims", mission, feeds, tmp_path, context.places)
    assert read(reader, csv({})).observations["origin"].to_list() == ["north-mod"]
    with pytest.raises(InvalidDocument, match="its name in feeds"):
        reader_for("rumours", mission, feeds, tmp_path, context.places)


def test_the_example_of_the_reference_page_is_a_mapping() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "feed-formats.md"
    example = page.read_text().split("```yaml\n")[1].split("```")[0]
    assert TableMapping.model_validate(YAML(typ="safe").load(example)).feed == "claims"
