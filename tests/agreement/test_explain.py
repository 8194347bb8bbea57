"""An agreement asked about a place and a time answers for every term, in words and as plain values."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from tests.stories.straight_line import agreement, geography
from tests.stories.two_versions import ground, north, two_versions

from truceline.agreement.document import Prohibition
from truceline.usecases.agreements import Explanation, explain, in_words

NOON = datetime.fromisoformat("2026-03-15T14:00+02:00")
TWO = two_versions()


def explained(km: float, at: datetime = NOON, uncertainty_m: float = 0.0) -> Explanation:
    return explain(TWO, ground(TWO), float(north(km)[0]), 37.75, at, uncertainty_m)


def test_every_term_is_answered_in_the_order_of_the_document() -> None:
    told = explained(10.0)
    assert [term.id for term in told.terms] == [term.id for term in TWO.terms]
    assert {term.id: term.in_force for term in told.terms} == {
        "fire": "yes",
        "heavy": "yes",
        "rockets": "yes",
        "apart": "no",
        "disputed": "yes",
        "ended": "no",
    }


def test_the_ground_and_the_distance_to_each_version_are_told() -> None:
    told = explained(10.0)
    assert told.ground_held_by == "Red"
    assert told.distances_km == {"line-red": pytest.approx(10.0, abs=0.1), "line-blue": pytest.approx(5.0, abs=0.1)}
    assert explained(2.5).ground_held_by.startswith("cannot be told")
    assert explained(-3.0).ground_held_by == "Blue"
    assert explained(-3.0, uncertainty_m=1500).ground_held_by.startswith("cannot be told")


def test_whom_a_term_binds_and_what_it_forbids_is_said_in_words() -> None:
    fire, _, rockets, *_ = explained(10.0).terms
    assert fire.binds == "every party"
    assert rockets.binds == "Red"
    assert fire.prohibits == "fire"
    assert fire.citation == "A story"


def test_a_duty_and_exceptions_are_told() -> None:
    story = agreement()
    told = {term.id: term for term in explain(story, geography(story), 48.1, 37.5, NOON).terms}
    assert told["duty"].prohibits == "duty: a notice of the measures taken"
    assert told["fire"].exceptions == ("notified exercise: an exercise of which notice was given",)


def test_the_same_instant_in_another_zone_has_the_same_answers() -> None:
    here = explained(10.0, datetime.fromisoformat("2026-03-01T00:00:30+02:00"))
    there = explained(10.0, datetime.fromisoformat("2026-02-28T22:00:30+00:00"))
    assert here.terms == there.terms
    assert here.terms[0].in_force == "no"


def test_the_explanation_is_plain_values() -> None:
    told = explained(10.0)
    content = told.to_json()
    assert json.loads(json.dumps(content)) == content
    assert content["km from line-red"] == told.distances_km["line-red"]
    assert content["terms"][0]["id"] == "fire"
    assert content["sector"] is None


@pytest.mark.parametrize(
    ("prohibition", "words"),
    [
        ({"conduct": "fire"}, "fire"),
        ({"conduct": "weapons", "calibre_at_least_mm": 100}, "weapons: 100 mm and more"),
        ({"conduct": "weapons", "calibre_at_least_mm": 82.5, "calibre_below_mm": 100}, "weapons: 82.5 mm and more; below 100 mm"),
        ({"conduct": "fire", "weapons": ["mortar", "artillery"]}, "fire: mortar, artillery"),
        ({"conduct": "uav", "uav_kinds": ["bomber"]}, "uav: bomber UAV"),
    ],
)
def test_a_prohibition_in_words(prohibition: dict[str, object], words: str) -> None:
    assert in_words(Prohibition.model_validate(prohibition)) == words
