"""Each reader's story: what a row of its kind becomes, and which rows it cannot take."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from reading import RECEIVED, Read

from truceline.adapters.feeds import FeedContext, reader_for
from truceline.adapters.feeds.eyes_on_russia import EyesOnRussiaReader
from truceline.adapters.feeds.firms import FirmsReader
from truceline.adapters.feeds.patrols import PatrolReader
from truceline.adapters.feeds.watch import WatchReader
from truceline.incidents.tables import OBSERVATION
from truceline.usecases.mission import FeedSettings, Mission
from truceline.values.errors import InvalidFeed, InvalidRequest
from truceline.values.place import EARTH

VIIRS = (
    "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_ti5,frp,daynight\n"
)
MODIS = VIIRS.replace("bright_ti4", "brightness").replace("bright_ti5", "bright_t31").replace("daynight", "daynight,type")


def test_the_bare_form_of_firms_covers_the_whole_utc_day(context: FeedContext, read: Read) -> None:
    found = read(FirmsReader(context), "latitude,longitude,acq_date\n48.1,37.7,2020-07-27\n").observations.row(0, named=True)
    assert found["occurred_from"] == datetime(2020, 7, 27, tzinfo=UTC)
    assert found["occurred_until"] == datetime(2020, 7, 28, tzinfo=UTC)
    assert (found["source"], found["uncertainty_m"], found["credibility"]) == ("firms/unknown", 1000.0, 6)
    assert (found["kind"], found["means"], found["text"], found["received_at"]) == ("heat", "satellite", None, RECEIVED)


def test_the_full_form_of_firms_keeps_satellite_time_pixel_and_what_was_measured(context: FeedContext, read: Read) -> None:
    viirs = "48.1,37.7,330.5,0.5,0.4,2020-07-27,46,N20,VIIRS,h,2.0NRT,290.2,12.1,N\n"
    found = read(FirmsReader(context), VIIRS + viirs).observations.row(0, named=True)
    at = datetime(2020, 7, 27, 0, 46, tzinfo=UTC)
    assert (found["occurred_from"], found["occurred_until"]) == (at - timedelta(minutes=5), at + timedelta(minutes=5))
    assert found["uncertainty_m"] == pytest.approx(1000 * 0.2**0.5)
    assert (found["source"], found["credibility"], found["text"]) == ("firms/viirs-noaa20", 2, "frp=12.1,confidence=h,daynight=N")
    modis = "48.1,37.7,330.5,,,2020-07-27,1342,Terra,MODIS,20,6.1,290.2,,D,0\n"
    found = read(FirmsReader(context), MODIS + modis).observations.row(0, named=True)
    assert (found["source"], found["uncertainty_m"], found["credibility"]) == ("firms/modis-terra", 1000.0, 4)
    assert found["text"] == "confidence=20,daynight=D,type=0"


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("nan,37.7,330,0.5,0.4,2020-07-27,46,N,VIIRS,h,2,290,12,N", "latitude"),
        ("inf,37.7,330,0.5,0.4,2020-07-27,46,N,VIIRS,h,2,290,12,N", "latitude"),
        ("48.1,,330,0.5,0.4,2020-07-27,46,N,VIIRS,h,2,290,12,N", "longitude"),
        ("48.1,181,330,0.5,0.4,2020-07-27,46,N,VIIRS,h,2,290,12,N", "longitude"),
        ("48.1,37.7,330,0.5,0.4,2020-02-30,46,N,VIIRS,h,2,290,12,N", "acq_date"),
        ("48.1,37.7,330,0.5,0.4,2020-07-27,2460,N,VIIRS,h,2,290,12,N", "acq_time"),
        ("48.1,37.7,330,0.5,0.4,2020-07-27,,N,VIIRS,h,2,290,12,N", "acq_time"),
        ("48.1,37.7,330,0.5,0.4,2020-07-27,46,GOES,VIIRS,h,2,290,12,N", "satellite"),
        ("48.1,37.7,330,0,0.4,2020-07-27,46,N,VIIRS,h,2,290,12,N", "scan"),
        ("48.1,37.7,330,0.5,0.4,2020-07-27,46,N,VIIRS,x,2,290,12,N", "confidence"),
        ("48.1,37.7,330,0.5,0.4,2020-07-27,46,N,VIIRS,h,2,290,hot,N", "frp"),
    ],
)
def test_a_bad_satellite_row_is_rejected_alone(context: FeedContext, read: Read, row: str, field: str) -> None:
    good = "48.1,37.7,330,0.5,0.4,2020-07-27,46,N,VIIRS,h,2,290,12,N"
    found = read(FirmsReader(context), f"{VIIRS}{good}\n{row}\n{good.replace('48.1', '48.2')}\n")
    assert found.observations.height == 2
    assert [(bad.line, bad.field, bad.content) for bad in found.rejected] == [(3, field, row.encode())]


def test_a_detection_with_more_digits_in_the_archive_is_the_same_detection(context: FeedContext, read: Read) -> None:
    rows = "latitude,longitude,acq_date\n47.156013,32.785439,2022-06-28\n47.15601,32.78544,2022-06-28\n"
    found = read(FirmsReader(context), rows).observations
    assert found["observation_id"].n_unique() == found["content_hash"].n_unique() == 1


def test_a_satellite_file_with_exchanged_columns_is_rejected_but_fires_elsewhere_are_kept(context: FeedContext, read: Read) -> None:
    swapped = read(FirmsReader(context), "latitude,longitude,acq_date\n37.7,48.1,2020-07-27\n")
    assert "look swapped" in swapped.rejected[0].reason
    iran = read(FirmsReader(context), "latitude,longitude,acq_date\n48.1,37.7,2020-07-27\n37.7,48.1,2020-07-27\n")
    assert iran.observations.height == 2


EYES = "entry,date,event_group,title,lat,lon,country,province,district,town/city,arms/munition,violence level,link\n"


def test_a_geolocated_report_covers_its_local_day_and_keeps_its_words(context: FeedContext, read: Read) -> None:
    row = 'UW1,2022-03-27,Bombing or Explosion Feb - June,"Blast, seen",48.1,37.7,Ukraine,,,,9M55K Smerch,GRAPHIC,example.org/1\n'
    found = read(EyesOnRussiaReader(context), EYES + row).observations.row(0, named=True)
    assert found["occurred_from"] == datetime(2022, 3, 26, 22, tzinfo=UTC)
    assert found["occurred_until"] == datetime(2022, 3, 27, 21, tzinfo=UTC)  # 23 hours: clocks went forward
    assert (found["kind"], found["weapon"]) == ("explosion", "multiple-launch rocket system")
    assert (found["reliability"], found["credibility"], found["means"], found["reference"]) == ("B", 2, "reported", "UW1")
    assert found["text"] == "Blast, seen; arms/munition: 9M55K Smerch; violence level: GRAPHIC; link: example.org/1"


def test_a_reused_id_is_one_identity_with_other_content_and_a_blank_id_is_known_by_content(
    context: FeedContext, read: Read
) -> None:
    rows = [
        f"{entry},2022-03-05,Munitions,{title},48.1,37.7,,,,,,," for entry, title in (("U", "a"), ("U", "b"), ("", "c"), ("", "d"))
    ]
    found = read(EyesOnRussiaReader(context), EYES + "\n".join(rows)).observations
    assert [found["observation_id"][:2].n_unique(), found["observation_id"].n_unique(), found["content_hash"].n_unique()] == [
        1,
        3,
        4,
    ]


def test_a_group_that_no_kind_fits_is_not_guessed(context: FeedContext, read: Read) -> None:
    found = read(EyesOnRussiaReader(context), f"{EYES}U,2022-03-05,Detentions or Arrests,a,48.1,37.7,,,,,,,\n")
    assert found.reasons == [(2, "event_group", "expected a group that a kind of observation fits, found 'Detentions or Arrests'")]


PATROL = {
    "reference": "P-1",
    "source": "cam-1",
    "observer": "camera",
    "position": "avdiivka",
    "distance_km": "3-5",
    "bearing": "WNW",
    "means": "Recorded",
    "number": "at least 12",
    "reported_at": "2020-07-28T08:00+03:00",
    "observation": "Projectiles in flight",
    "description": "N/K",
    "direction": "W to E",
    "weapon": "mortar (120mm)",
    "date": "27-07-2020",
    "time": "23:50-00:10",
}


def patrols(*changes: dict[str, str]) -> str:
    rows = [PATROL | change for change in changes]
    names = list(dict.fromkeys(name for row in rows for name in row))
    return ",".join(names) + "\n" + "".join(",".join(f'"{row.get(name, "")}"' for name in names) + "\n" for row in rows)


def test_distance_and_bearing_from_a_named_position_give_the_place(context: FeedContext, read: Read) -> None:
    found = read(PatrolReader(context), patrols({})).observations.row(0, named=True)
    azimuth, _, metres = EARTH.inv(37.74, 48.14, found["longitude"], found["latitude"])
    assert (azimuth % 360, metres) == (pytest.approx(292.5), pytest.approx(4000))
    assert 500 < found["uncertainty_m"] < 800
    assert (found["observer_latitude"], found["observer_longitude"]) == (48.14, 37.74)
    assert (found["kind"], found["count"], found["means"]) == ("projectile", 12, "recorded")
    assert (found["weapon"], found["calibre_mm"], found["direction_from_deg"]) == ("mortar", 120.0, 270.0)
    assert (found["assessment"], found["reliability"], found["credibility"], found["origin"]) == (None, "A", 2, "cam-1")
    assert found["occurred_until"] - found["occurred_from"] == timedelta(minutes=20)
    assert found["reported_at"] == datetime(2020, 7, 28, 5, tzinfo=UTC)


def test_no_position_of_a_monitor_leaves_the_protected_columns(context: FeedContext, read: Read) -> None:
    found = read(PatrolReader(context), patrols({"position": "Avdiivka", "remark": "calm"})).observations
    protected = [column.name for column in OBSERVATION.columns if column.protected]
    assert protected == ["observer_latitude", "observer_longitude"]
    words = " ".join(str(value) for value in found.drop(protected).row(0))
    assert "vdiivka" not in words
    assert "48.14," not in words


@pytest.mark.parametrize(
    ("distance", "bearing", "metres", "least", "most"),
    [
        ("2", "N", 2000, 250, 400),
        ("2", "E-SE", 2000, 500, 800),
        ("0", "N/K", 0, 100, 100),
        ("2", "N/K", 0, 2250, 2600),
        ("N/K", "N", 5000, 2500, 3000),
        ("n/k", "n/k", 0, 9000, 10100),
    ],
)
def test_what_is_not_known_of_a_place_widens_it(
    context: FeedContext, read: Read, distance: str, bearing: str, metres: float, least: float, most: float
) -> None:
    found = read(PatrolReader(context), patrols({"distance_km": distance, "bearing": bearing})).observations.row(0, named=True)
    assert EARTH.inv(37.74, 48.14, found["longitude"], found["latitude"])[2] == pytest.approx(metres, abs=1)
    assert least <= found["uncertainty_m"] <= most


@pytest.mark.parametrize(
    ("weapon", "expected"),
    [
        ("N/K", (None, None, None)),
        ("HMG", ("heavy machine gun", None, None)),
        ("small arms", ("small arms", None, None)),
        ("AGL", ("grenade launcher", None, None)),
        ("mortar (type N/K)", ("mortar", None, None)),
        ("82mm mortar", ("mortar", 82.0, None)),
        ("122mm howitzer", ("artillery", 122.0, None)),
        ("artillery (152mm)", ("artillery", 152.0, None)),
        ("cannon (30mm, IFV BMP-2)", ("cannon", 30.0, None)),
        ("tank (125mm)", ("tank", 125.0, None)),
        ("SPG-9", ("anti-tank", 73.0, None)),
        ("MLRS (122mm)", ("multiple-launch rocket system", 122.0, None)),
        ("UAV", ("uav", None, None)),
        ("UAV (first-person view)", ("uav", None, "first-person view")),
    ],
)
def test_weapons_are_read_as_class_and_calibre(
    context: FeedContext, read: Read, weapon: str, expected: tuple[str | None, float | None, str | None]
) -> None:
    found = read(PatrolReader(context), patrols({"weapon": weapon})).observations.row(0, named=True)
    assert (found["weapon"], found["calibre_mm"], found["uav_kind"]) == expected


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"source": ""}, "source"),
        ({"observer": "tourist"}, "observer"),
        ({"position": "Nowhere"}, "position"),
        ({"position_latitude": "48.1"}, "position_longitude"),
        ({"position_latitude": "37.7", "position_longitude": "48.1"}, "position_latitude"),
        ({"position_uncertainty_m": "-5"}, "position_uncertainty_m"),
        ({"distance_km": "near"}, "distance_km"),
        ({"distance_km": "5-3"}, "distance_km"),
        ({"distance_km": "500"}, "distance_km"),
        ({"bearing": "NNNW"}, "bearing"),
        ({"bearing": "E-W"}, "bearing"),
        ({"means": "Guessed"}, "means"),
        ({"means": ""}, "means"),
        ({"number": "0"}, "number"),
        ({"number": "2.5"}, "number"),
        ({"observation": "Bang"}, "observation"),
        ({"description": "perhaps"}, "description"),
        ({"direction": "W to W"}, "direction"),
        ({"weapon": "catapult"}, "weapon"),
        ({"weapon": "mortar (5mm)"}, "weapon"),
        ({"weapon": "UAV (large)"}, "weapon"),
        ({"date": "2020-02-30"}, "date"),
        ({"time": "25:61"}, "time"),
        ({"date": "2020-03-29", "time": "03:30"}, "time"),
        ({"reported_at": "2020-07-27T20:00"}, "reported_at"),
        ({"credibility": "7"}, "credibility"),
    ],
)
def test_a_patrol_row_that_says_what_cannot_be_is_rejected_alone(
    context: FeedContext, read: Read, change: dict[str, str], field: str
) -> None:
    found = read(PatrolReader(context), patrols({}, change, {"reference": "P-3"}))
    assert found.observations.height == 2
    assert [(row.line, row.field) for row in found.rejected] == [(3, field)]


WATCH = "source,observer,from,until,latitude,longitude,range_km,detection,state,blocked_by,remark\n"


def test_a_watch_says_who_could_see_where_when_and_how_well(context: FeedContext, read: Read) -> None:
    rows = (
        "cam-1,Camera,2020-07-27T00:00+03:00,2020-07-28T00:00+03:00,48.14,37.74,5,0.8,watching,,\n"
        "cam-1,camera,2020-07-28T00:00+03:00,2020-07-28T06:00+03:00,48.14,37.74,5,,blocked,north,closed road\n"
    )
    found = read(WatchReader(context), WATCH + rows).exposures
    first, second = found.iter_rows(named=True)
    assert (first["observer"], first["range_m"], first["detection"], first["state"]) == ("camera", 5000.0, 0.8, "watching")
    assert first["watched_from"] == datetime(2020, 7, 26, 21, tzinfo=UTC)
    assert (second["detection"], second["state"], second["blocked_by"], second["text"]) == (0.0, "blocked", "north", "closed road")


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("cam-1,camera,2020-07-27T00:00,2020-07-28T00:00Z,48,37,5,0.8,watching,,", "from"),
        ("cam-1,camera,2020-07-28T00:00Z,2020-07-28T00:00Z,48,37,5,0.8,watching,,", "until"),
        ("cam-1,camera,2020-07-27T00:00Z,2020-07-28T00:00Z,48,37,0,0.8,watching,,", "range_km"),
        ("cam-1,camera,2020-07-27T00:00Z,2020-07-28T00:00Z,48,37,5,1.2,watching,,", "detection"),
        ("cam-1,camera,2020-07-27T00:00Z,2020-07-28T00:00Z,48,37,5,,watching,,", "detection"),
        ("cam-1,camera,2020-07-27T00:00Z,2020-07-28T00:00Z,48,37,5,x,down,,", "detection"),
        ("cam-1,camera,2020-07-27T00:00Z,2020-07-28T00:00Z,48,37,5,0.8,asleep,,", "state"),
        (",camera,2020-07-27T00:00Z,2020-07-28T00:00Z,48,37,5,0.8,watching,,", "source"),
        ("cam-1,dog,2020-07-27T00:00Z,2020-07-28T00:00Z,48,37,5,0.8,watching,,", "observer"),
    ],
)
def test_a_watch_that_cannot_be_is_rejected(context: FeedContext, read: Read, row: str, field: str) -> None:
    found = read(WatchReader(context), WATCH + row)
    assert found.exposures.height == 0
    assert [(bad.line, bad.field) for bad in found.rejected] == [(2, field)]


def test_readers_are_found_by_name_and_an_unknown_one_is_refused_with_those_there_are(
    context: FeedContext, tmp_path: object
) -> None:
    mission = Mission(format="truceline-mission/1", id="m", title="M", time_zone="Europe/Kyiv", area=context.area)
    feeds = FeedSettings(format="truceline-feeds/1")
    for name in ("firms", "eyes-on-russia", "patrols", "watch"):
        assert reader_for(name, mission, feeds, tmp_path, context.places).name == name  # type: ignore[arg-type]
    with pytest.raises(InvalidRequest, match="firms, eyes-on-russia, patrols, watch"):
        reader_for("telepathy", mission, feeds, tmp_path, context.places)  # type: ignore[arg-type]


def test_a_column_that_the_format_does_not_know_refuses_the_file(context: FeedContext, read: Read) -> None:
    with pytest.raises(InvalidFeed, match="secret"):
        read(FirmsReader(context), "latitude,longitude,acq_date,secret\n48.1,37.7,2020-07-27,x\n")


def test_every_reader_gives_the_declared_columns(context: FeedContext, read: Read) -> None:
    found = read(PatrolReader(context), patrols({}))
    filled_later = {"recorded_at", "late", "conflicting", "inside_area", "synthetic"}
    assert dict(found.observations.schema) == {name: kind for name, kind in OBSERVATION.schema.items() if name not in filled_later}
    assert found.exposures.height == 0
    assert isinstance(found.observations, pl.DataFrame)
