"""Who holds the ground, in which sector and zone a place lies; inside the accuracy of a line nothing is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from shapely import LineString
from tests.stories.straight_line import agreement, geography
from tests.stories.two_versions import ACCURACY_KM, BLUE_KM, ground, north, two_versions

from truceline.agreement.geography import CANNOT_BE_TOLD, INSIDE, OUTSIDE, Geography
from truceline.values.place import EARTH

MARCH = np.datetime64("2026-03-15T12:00:00", "us")
STORY, TWO = geography(), ground()


def held(of: Geography, latitude: Any, uncertainty_m: float = 0.0, at: Any = MARCH) -> list[str | None]:
    latitude = np.asarray(latitude, float)
    return list(
        of.holder(latitude, np.full(len(latitude), 37.75), np.full(len(latitude), uncertainty_m), np.full(len(latitude), at))
    )


def member(
    zone_id: str, party: str | None, latitude: Any, *, of: Geography = TWO, uncertainty_m: float = 0.0, **given: Any
) -> list[int]:
    latitude = np.asarray(latitude, float)
    size = len(latitude)
    place = (latitude, np.full(size, 37.75), np.full(size, uncertainty_m), np.full(size, MARCH))
    return of.membership(zone_id, np.full(size, party, dtype=object), *place, **given).tolist()


# Distance and holder -------------------------------------------------------------------------------------------------------


def test_distance_from_the_line_is_that_over_the_ground() -> None:
    latitude, longitude = north(-60, -5, 5, 60), np.full(4, 37.75)
    _, _, metres = EARTH.inv(longitude, np.full(4, 48.0), longitude, latitude)
    found = STORY.signed_distance_km("line", latitude, longitude)
    np.testing.assert_allclose(np.abs(found), metres / 1000, rtol=2e-3)
    assert (np.sign(found) == [-1, -1, 1, 1]).all()


def test_ground_left_of_the_line_is_held_by_the_party_on_the_left() -> None:
    assert held(STORY, north(-10, 10)) == ["blue", "red"]


def test_within_the_accuracy_of_the_line_nobody_is_told_to_hold_the_ground() -> None:
    assert held(STORY, north(-1.05, -0.95, 0, 0.95, 1.05)) == ["blue", None, None, None, "red"]


def test_twice_the_uncertainty_of_the_place_counts_on_top() -> None:
    """The line is drawn to 1 km and the place known to 500 m two times out of three: nothing is told within 2 km."""
    assert held(STORY, north(-2.05, -1.95, 1.95, 2.05), uncertainty_m=500) == ["blue", None, None, "red"]


def test_before_the_line_stood_nobody_is_told_to_hold_the_ground() -> None:
    line_begins = np.datetime64("2026-01-01T00:00:00", "us")
    assert held(STORY, north(10), at=line_begins) == ["red"]
    assert held(STORY, north(10), at=line_begins - np.timedelta64(1, "us")) == [None]
    assert held(STORY, north(10), at=np.datetime64("NaT")) == [None]


def test_between_two_versions_of_the_line_nobody_is_told_to_hold_the_ground() -> None:
    assert held(TWO, north(-1.05, -0.95, BLUE_KM / 2, BLUE_KM + 0.95, BLUE_KM + 1.05)) == ["blue", None, None, None, "red"]


def test_past_the_end_of_the_line_only_ground_well_off_its_extension_is_told() -> None:
    """The line ends at 38.5 E; 37 km farther east, 0.7 km north of its extension is hardly anybody's."""
    latitude = north(-1.5, -0.7, 0.7, 1.5)
    place = (latitude, np.full(4, 39.0), np.zeros(4), np.full(4, MARCH))
    assert STORY.holder(*place).tolist() == ["blue", None, None, "red"]
    party = np.full(4, "red", dtype=object)
    far = STORY.membership("band", party, *place)
    assert far.tolist() == [OUTSIDE, OUTSIDE, OUTSIDE, OUTSIDE]  # 37 km away is beyond 15 km, whoever holds it
    assert ground().membership("band-70", party, *place).tolist() == [OUTSIDE, CANNOT_BE_TOLD, CANNOT_BE_TOLD, INSIDE]


def test_a_place_of_unknown_uncertainty_is_not_taken_for_exact() -> None:
    assert held(STORY, north(10), uncertainty_m=np.nan) == [None]
    assert member("band-15", "red", north(10), uncertainty_m=np.nan) == [CANNOT_BE_TOLD]
    assert member("disc", "red", north(0), uncertainty_m=np.nan) == [CANNOT_BE_TOLD]


def test_a_place_that_is_not_known_is_on_nobodys_ground() -> None:
    assert held(STORY, [np.nan]) == [None]
    assert STORY.holder(np.array([]), np.array([]), np.array([]), np.array([], "datetime64[us]")).tolist() == []


def test_a_line_ends_the_instant_it_is_said_to_end() -> None:
    later = {"id": "later", "in_force_from": "2026-06-01T00:00+03:00", "left": "blue", "right": "red"}
    first = STORY_LINE | {"in_force_until": "2026-06-01T00:00+03:00"}
    changing = geography(agreement(lines=[first, STORY_LINE | later]))
    change = np.datetime64("2026-05-31T21:00:00", "us")
    assert held(changing, north(10), at=change - np.timedelta64(1, "us")) == ["red"]
    assert held(changing, north(10), at=change) == ["blue"]


STORY_LINE: dict[str, Any] = agreement().lines[0].model_dump(mode="json")


# Sectors -------------------------------------------------------------------------------------------------------------------


def test_a_sector_begins_at_its_first_km_and_ends_before_its_last() -> None:
    along = np.array([0.0, 1.0, 39.99, 40.01, 79.99, 80.01])
    for offset in (-19.9, 0.0, 19.9):
        latitude, longitude = STORY.beside("line", along, np.full(len(along), offset))
        assert STORY.sector(latitude, longitude).tolist() == ["west", "west", "west", "east", "east", None]


def test_a_sector_reaches_as_deep_as_it_says() -> None:
    latitude, longitude = STORY.beside("line", np.full(4, 20.0), np.array([-20.05, -19.95, 19.95, 20.05]))
    assert STORY.sector(latitude, longitude).tolist() == [None, "west", "west", None]
    assert STORY.sector(np.array([np.nan]), np.array([np.nan])).tolist() == [None]


def test_the_last_sector_holds_the_end_of_the_line() -> None:
    whole = geography(
        agreement(sectors=[{"id": "all", "title": "All", "region": "R", "line": "line", "from_km": 0, "until_km": 500}])
    )
    latitude, longitude = np.array([48.0, 48.0]), np.array([38.4999, 38.6])
    assert whole.sector(latitude, longitude).tolist() == ["all", "all"]


def test_the_samples_of_a_sector_lie_in_it_along_the_line_and_to_both_sides() -> None:
    latitude, longitude = STORY.sector_strip("east", spacing_km=1.0, offsets_km=(-2.5, 0.0, 2.5))
    assert len(latitude) == 3 * 40
    assert set(STORY.sector(latitude, longitude)) == {"east"}
    distance = STORY.signed_distance_km("line", latitude, longitude)
    assert sorted(set(np.round(distance, 3) + 0.0)) == [-2.5, 0.0, 2.5]


# Zones ---------------------------------------------------------------------------------------------------------------------


def test_a_band_lies_on_the_partys_own_side_and_its_edges_are_as_blurred_as_the_line() -> None:
    red = [
        (-20, OUTSIDE),
        (-2, OUTSIDE),
        (0.5, CANNOT_BE_TOLD),
        (2, INSIDE),
        (13.9, INSIDE),
        (14.5, CANNOT_BE_TOLD),
        (16.1, OUTSIDE),
    ]
    assert member("band-15", "red", north(*(km for km, _ in red))) == [answer for _, answer in red]


def test_each_party_measures_from_its_own_version_of_the_line() -> None:
    """3 km north of red's line is red's own band; blue draws its line 5 km north of it and has it 2 km behind its own."""
    assert member("band-15", "red", north(3.0)) == [INSIDE]
    assert member("band-15", "blue", north(3.0)) == [INSIDE]
    assert member("band-15", "blue", north(BLUE_KM - 13.9, BLUE_KM - 16.1, BLUE_KM + 2)) == [INSIDE, OUTSIDE, OUTSIDE]


def test_where_the_actor_is_not_known_both_parties_must_agree() -> None:
    assert member("band-15", None, north(3.0, 40.0, -40.0)) == [INSIDE, OUTSIDE, OUTSIDE]
    assert member("band-15", None, north(10.0)) == [CANNOT_BE_TOLD]  # red's band, and no ground of blue's


def test_a_band_of_both_sides_asks_nobody_whose_ground_it_is() -> None:
    for party in ("red", "blue", None):
        assert member("strip", party, north(-4.1, -1.9, 0, 1.9, 2.5, 4.1)) == [
            OUTSIDE,
            INSIDE,
            INSIDE,
            INSIDE,
            CANNOT_BE_TOLD,
            OUTSIDE,
        ]


def test_a_band_may_begin_away_from_the_line() -> None:
    assert member("ring", "red", north(13.9, 15.5, 16.1, 23.9, 24.5, 26.1)) == [OUTSIDE, -1, INSIDE, INSIDE, -1, OUTSIDE]


def test_an_uncertain_place_widens_what_cannot_be_told() -> None:
    assert member("band-15", "red", north(12.0), uncertainty_m=900) == [INSIDE]
    assert member("band-15", "red", north(12.0), uncertainty_m=1100) == [CANNOT_BE_TOLD]


def test_a_band_that_is_not_measured_for_a_party_asks_nothing_of_it() -> None:
    one = {"shape": "band", "measured_from": {"red": "line"}, "until_km": 15, "side": "both"}
    of = geography(agreement(zones=[{"id": "one", "title": "one", "area": one}, *STRIP]))
    assert member("one", "blue", north(3.0), of=of) == [OUTSIDE]
    assert member("one", "red", north(3.0), of=of) == [INSIDE]


STRIP = [zone.model_dump(mode="json") for zone in agreement().zones]


@pytest.mark.parametrize(
    ("zone", "distance", "holder", "answer"),
    [
        ("band-25", 14.0, "red", INSIDE),
        ("band-25", 24.9, "red", INSIDE),
        ("band-25", 25.0, "red", OUTSIDE),  # back by 25 km is back
        ("band-25", 25.1, "red", OUTSIDE),
        ("ring", 15.0, "red", INSIDE),
        ("ring", 14.999, "red", OUTSIDE),
        ("band-25", 14.0, "blue", OUTSIDE),
        ("band-25", 14.0, None, CANNOT_BE_TOLD),
        ("band-25", 0.0, "red", INSIDE),
        ("strip", 2.0, None, INSIDE),
        ("strip", 3.1, None, OUTSIDE),
    ],
)
def test_a_distance_given_stands_instead_of_measuring(zone: str, distance: float, holder: str | None, answer: int) -> None:
    """In a lawyer's sentence, a howitzer stands 14 km behind the line; no map is drawn and no accuracy blurs it."""
    given = {"distance_km": np.array([distance]), "held_by": np.array([holder], dtype=object)}
    assert member(zone, "red", [np.nan], **given) == [answer]


def test_a_distance_given_with_an_uncertainty_is_blurred_by_it_alone() -> None:
    given = {"distance_km": np.array([24.5]), "held_by": np.array(["red"], dtype=object)}
    assert member("band-25", "red", [np.nan], uncertainty_m=200, **given) == [INSIDE]
    assert member("band-25", "red", [np.nan], uncertainty_m=300, **given) == [CANNOT_BE_TOLD]


def test_a_holder_given_stands_instead_of_measuring_the_side_alone() -> None:
    """The place is measured 10 km from the line, and a record says whose position it was."""
    given = {"held_by": np.array(["blue", "red", None], dtype=object)}
    assert member("band-15", "blue", north(10, 10, 10), **given) == [INSIDE, OUTSIDE, OUTSIDE]
    assert member("band-15", "red", north(10, 10, 10), **given) == [OUTSIDE, INSIDE, INSIDE]


@pytest.mark.parametrize("measured_from", [{"all": "line"}, {"red": "line", "blue": "line", "green": "line"}])
def test_a_third_party_holds_neither_side_of_the_line(measured_from: dict[str, str]) -> None:
    parties = [{"id": name, "name": name} for name in ("red", "blue", "green")]
    own = {"shape": "band", "measured_from": measured_from, "until_km": 15, "side": "own"}
    of = geography(agreement(parties=parties, zones=[{"id": "own", "title": "own", "area": own}, *STRIP]))
    assert member("own", "green", north(-10, 10), of=of) == [OUTSIDE, OUTSIDE]
    assert member("own", "red", north(-10, 10), of=of) == [OUTSIDE, INSIDE]


def test_bands_that_touch_share_no_place_and_leave_none_out() -> None:
    distance = np.round(np.linspace(0, 30, 121), 3)
    given = {"distance_km": distance, "held_by": np.full(121, "red", dtype=object)}
    near, far = (np.array(member(zone, "red", np.full(121, np.nan), **given)) for zone in ("band-15", "ring"))
    assert ((near == INSIDE) + (far == INSIDE) == (distance < 25)).all()
    assert not ((near == INSIDE) & (far == INSIDE)).any()


def test_a_zone_given_stands_instead_of_measuring() -> None:
    assert member("disc", "red", [np.nan], zone=np.array(["disc"], dtype=object)) == [INSIDE]
    assert member("disc", "red", north(0.0), zone=np.array(["strip"], dtype=object)) == [OUTSIDE]
    assert member("disc", "red", north(0.0), zone=np.array([None], dtype=object)) == [INSIDE]


def test_without_place_distance_or_zone_nothing_is_told() -> None:
    for zone in ("band-15", "strip", "disc"):
        assert member(zone, "red", [np.nan]) == [CANNOT_BE_TOLD]


def test_a_disc_is_blurred_by_its_accuracy() -> None:
    assert member("disc", None, north(0, 1.4, 1.6, 2.4, 2.6)) == [INSIDE, INSIDE, CANNOT_BE_TOLD, CANNOT_BE_TOLD, OUTSIDE]


def test_settlements_reach_as_far_as_near_says() -> None:
    places = [
        {"name": name, "latitude": float(north(at)[0]), "longitude": 37.75, "radius_km": 1} for name, at in (("A", 0), ("B", 9))
    ]
    zone = {"id": "near", "title": "near", "area": {"shape": "settlements", "places": places, "near_km": 2, "accuracy_km": 0.1}}
    of = geography(agreement(zones=[zone, *STRIP]))
    assert member("near", None, north(2.8, 3.05, 4.5, 6.2, 12.2), of=of) == [INSIDE, CANNOT_BE_TOLD, OUTSIDE, INSIDE, OUTSIDE]


def test_a_polygon_from_a_file_and_from_corners_are_one() -> None:
    corners = [(48.0, 37.7), (48.0, 37.8), (48.1, 37.8), (48.1, 37.7)]
    zones = [
        {"id": "drawn", "title": "drawn", "area": {"shape": "polygon", "file": "area.geojson", "accuracy_km": 0.5}},
        {"id": "written", "title": "written", "area": {"shape": "polygon", "coordinates": corners, "accuracy_km": 0.5}},
        *STRIP,
    ]
    drawings = {
        "line.geojson": LineString([(37, 48), (38.5, 48)]),
        "area.geojson": shapely.Polygon([(longitude, latitude) for latitude, longitude in corners]),
    }
    of = Geography(agreement(zones=zones), drawings)
    places = np.linspace(47.95, 48.15, 60)
    assert member("drawn", None, places, of=of) == member("written", None, places, of=of)
    assert set(member("drawn", None, places, of=of)) == {INSIDE, OUTSIDE, CANNOT_BE_TOLD}


# Laws ----------------------------------------------------------------------------------------------------------------------

ZONES = ["band-15", "band-25", "band-70", "strip", "ring", "disc"]


def anywhere(seed: int, size: int = 400) -> dict[str, Any]:
    """Places all over the story's ground, between the ends of the line."""
    rng = np.random.default_rng(seed)
    return {
        "party": rng.choice(np.array(["red", "blue", None], dtype=object), size),
        "latitude": rng.uniform(47.2, 48.9, size),
        "longitude": rng.uniform(37.1, 38.4, size),
        "uncertainty_m": rng.choice([0.0, 200.0, 2000.0], size),
        "at": np.full(size, MARCH),
    }


def test_a_bands_answer_is_that_of_a_slower_reckoning_point_by_point() -> None:
    places = anywhere(5)
    for reach in (15, 25, 70):
        found = TWO.membership(f"band-{reach}", **places)
        assert found.tolist() == [
            slowly(reach, *row)
            for row in zip(*(places[name] for name in ("party", "latitude", "longitude", "uncertainty_m")), strict=True)
        ]


def slowly(reach: float, party: str | None, latitude: float, longitude: float, uncertainty_m: float) -> int:
    """The same by geodesics from the two parallels, one place and party at a time, all that the report may stand for."""
    if party is None:
        answers = {slowly(reach, each, latitude, longitude, uncertainty_m) for each in ("red", "blue")}
        return answers.pop() if len(answers) == 1 else CANNOT_BE_TOLD
    parallel = north(0 if party == "red" else BLUE_KM)[0]
    _, _, metres = EARTH.inv(longitude, parallel, longitude, latitude)
    behind = metres / 1000 * np.sign(latitude - parallel) * (1 if party == "red" else -1)
    doubt = ACCURACY_KM + 2 * uncertainty_m / 1000
    possible = {0 <= at < reach for at in np.linspace(behind - doubt, behind + doubt, 4001)}
    return CANNOT_BE_TOLD if len(possible) == 2 else INSIDE if possible == {True} else OUTSIDE


def test_exchanging_the_parties_names_exchanges_them_in_every_answer() -> None:
    swapped = ground(two_versions(red="blue", blue="red"))
    exchanged = {"red": "blue", "blue": "red", None: None}
    places = anywhere(6)
    mirrored = {**places, "party": np.array([exchanged[name] for name in places["party"]], dtype=object)}
    for zone in ZONES:
        np.testing.assert_array_equal(TWO.membership(zone, **places), swapped.membership(zone, **mirrored))
    without = {name: value for name, value in places.items() if name != "party"}
    assert TWO.holder(**without).tolist() == [exchanged[name] for name in swapped.holder(**without)]


def test_a_line_walked_from_its_other_end_gives_the_same_answers() -> None:
    of = agreement()
    line = geography(of)
    turned = agreement(lines=[{**STORY_LINE, "left": "blue", "right": "red"}])
    back = Geography(turned, {"line.geojson": LineString([(38.5 - step / 40, 48.0) for step in range(61)])})
    places = anywhere(7)
    for zone in ("band", "strip"):
        np.testing.assert_array_equal(line.membership(zone, **places), back.membership(zone, **places))
    without = {name: value for name, value in places.items() if name != "party"}
    assert line.holder(**without).tolist() == back.holder(**without).tolist()


def test_a_less_exact_place_never_makes_an_answer_surer_or_other() -> None:
    places = anywhere(8)
    for zone in ZONES:
        before = None
        for uncertainty_m in (0.0, 50.0, 500.0, 5000.0, np.inf):
            answer = TWO.membership(zone, **{**places, "uncertainty_m": np.full(400, uncertainty_m)})
            if before is not None:
                assert ((answer == before) | (answer == CANNOT_BE_TOLD)).all()
            before = answer
        assert (before == CANNOT_BE_TOLD).all()


def test_places_are_answered_one_by_one_as_all_together() -> None:
    places = anywhere(9, size=50)
    for zone in ZONES:
        together = TWO.membership(zone, **places)
        alone = [TWO.membership(zone, **{name: value[row : row + 1] for name, value in places.items()})[0] for row in range(50)]
        assert together.tolist() == alone
