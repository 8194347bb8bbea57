"""Each situation against each term: one of four answers, with its reason; 'cannot be judged' says what is missing."""

from __future__ import annotations

from typing import Any

import pytest
from tests.stories.straight_line import KM, agreement, geography, situation

from truceline.compliance.judge import judge
from truceline.compliance.settings import JudgingSettings

STORY = agreement()
GROUND = geography(STORY)
HOWITZER = {"conduct": "weapons", "weapon": "artillery", "calibre_mm": 122.0, "responsible": "red"}


def answer(term: str, **values: Any) -> dict[str, Any]:
    return judge(STORY, GROUND, situation(**values), only_term=term).row(0, named=True)


CASES: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("fire in force is broken", "fire", {}, "broken", "in force since 1 March 2026"),
    (
        "fire a minute before the start is not in force",
        "fire",
        {"earliest": "2026-02-28T21:50:00+00:00", "latest": "2026-02-28T21:59:00+00:00"},
        "not in force",
        "not in force before",
    ),
    (
        "fire that may have been before the start cannot be judged",
        "fire",
        {"earliest": "2026-02-28T21:50:00+00:00", "latest": "2026-02-28T22:10:00+00:00"},
        "cannot be judged",
        "before or after",
    ),
    (
        "fire after the end is not in force, and says why it ended",
        "fire",
        {"earliest": "2026-04-02T00:00:00+00:00", "latest": "2026-04-02T00:00:00+00:00"},
        "not in force",
        "the month was over",
    ),
    ("an unconfirmed report cannot be judged", "fire", {"probability": 0.6}, "cannot be judged", "60% probable"),
    (
        "a notified exercise outside the strip is kept",
        "fire",
        {"assessment": "exercise", "evidence_on_record": ["notified exercise"]},
        "kept",
        "excepted as notified exercise",
    ),
    ("an exercise without notice on record cannot be judged", "fire", {"assessment": "exercise"}, "cannot be judged", "the notice"),
    (
        "a notified exercise inside the strip is broken",
        "fire",
        {"assessment": "exercise", "evidence_on_record": ["notified exercise"], "latitude": 48.0 + 1.5 * KM},
        "broken",
        "",
    ),
    (
        "an exercise at the edge of the strip cannot be judged",
        "fire",
        {"assessment": "exercise", "evidence_on_record": ["notified exercise"], "latitude": 48.0 + 3.2 * KM},
        "cannot be judged",
        "edge",
    ),
    (
        "a howitzer 14 km behind the line, by input, is broken",
        "heavy",
        {**HOWITZER, "distance_km": 14.0, "held_by": "red"},
        "broken",
        "14 km behind the line",
    ),
    (
        "a howitzer 16 km behind the line is not in the zone",
        "heavy",
        {**HOWITZER, "distance_km": 16.0, "held_by": "red"},
        "not in force",
        "outside",
    ),
    (
        "an 82 mm mortar is not forbidden there",
        "heavy",
        {"conduct": "weapons", "weapon": "mortar", "calibre_mm": 82.0, "responsible": "red"},
        "kept",
        "does not forbid weapons (82 mm mortar)",
    ),
    (
        "a mortar of unknown calibre cannot be judged",
        "heavy",
        {"conduct": "weapons", "weapon": "mortar", "responsible": "red"},
        "cannot be judged",
        "weapon and calibre",
    ),
    (
        "small arms are never 100 mm, whatever is not known",
        "heavy",
        {"conduct": "weapons", "weapon": "small arms", "responsible": "red"},
        "kept",
        "does not forbid",
    ),
    (
        "a howitzer 0.5 km from a line drawn to 1 km cannot be judged",
        "heavy",
        {**HOWITZER, "latitude": 48.0 + 0.5 * KM},
        "cannot be judged",
        "drawn to within 1 km",
    ),
    ("a UAV of unknown kind cannot be judged", "uav", {"conduct": "uav"}, "cannot be judged", "kind"),
    ("a reconnaissance UAV is not forbidden", "uav", {"conduct": "uav", "uav_kind": "reconnaissance"}, "kept", "does not forbid"),
    ("a bomber UAV is broken", "uav", {"conduct": "uav", "uav_kind": "bomber"}, "broken", ""),
    ("red troops are bound", "only-red", {"conduct": "movement", "responsible": "red"}, "broken", ""),
    ("blue troops are not bound", "only-red", {"conduct": "movement", "responsible": "blue"}, "kept", "binds red, not blue"),
    ("troops of nobody known cannot be judged", "only-red", {"conduct": "movement"}, "cannot be judged", "who is responsible"),
    ("a duty cannot be judged from the ground", "duty", {}, "cannot be judged", "a notice of the measures taken"),
    ("mines between two disputed dates cannot be judged", "disputed", {"conduct": "mines", "earliest": "2026-03-05T12:00:00+00:00",
     "latest": "2026-03-05T12:00:00+00:00"}, "cannot be judged", "according to Red"),
    ("mines after both dates are broken", "disputed", {"conduct": "mines"}, "broken", ""),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "term", "values", "status", "because"), CASES, ids=[case[0] for case in CASES])
def test_the_answer_and_its_reason(sentence: str, term: str, values: dict[str, Any], status: str, because: str) -> None:
    found = answer(term, **values)
    assert found["status"] == status, found["reason"]
    assert because in found["reason"]
    assert (found["missing"] is not None) == (status == "cannot be judged")
    assert (found["responsible"] is not None) == (status == "broken")


def test_terms_of_another_conduct_are_not_asked() -> None:
    assert judge(STORY, GROUND, situation(conduct="jamming")).height == 0


def test_the_threshold_of_broken_is_a_setting() -> None:
    assert judge(STORY, GROUND, situation(probability=0.6), JudgingSettings(broken_from=0.55))["status"].to_list() == ["broken"]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_exchanging_the_parties_exchanges_them_in_the_answer_and_nothing_else(
    case: tuple[str, str, dict[str, Any], str, str],
) -> None:
    swapped = agreement(red="blue", blue="red")
    exchanged = {"red": "blue", "blue": "red"}
    _, term, values, _, _ = case
    mirrored = {name: exchanged.get(value, value) if isinstance(value, str) else value for name, value in values.items()}
    ours = answer(term, **values)
    theirs = judge(swapped, geography(swapped), situation(**mirrored), only_term=term).row(0, named=True)
    assert theirs["status"] == ours["status"]
    assert theirs["responsible"] == exchanged.get(ours["responsible"], ours["responsible"])
    assert _exchange(theirs["reason"]) == ours["reason"]


def _exchange(text: str) -> str:
    for one, other in (("red", "blue"), ("Red", "Blue")):
        text = text.replace(one, "\0").replace(other, one).replace("\0", other)
    return text
