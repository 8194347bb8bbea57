"""Whether a term was in force there and then: to the minute, in the zone of its text, and with the reason in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.stories.straight_line import agreement, geography
from tests.stories.two_versions import ground, north, situations, two_versions

from truceline.agreement.document import Agreement, Term
from truceline.agreement.in_force import in_force

TWO = two_versions()
GROUND = ground(TWO)
MAY_HAVE_BEEN = "it may have been before or after 1 March 2026 {} (+02:00)"
TERMS = {term.id: term for term in TWO.terms}


def asked(term: str, **values: Any) -> tuple[str, str]:
    return in_force(TERMS[term], TWO, GROUND, situations(values)).row(0)  # type: ignore[return-value]


def at(local: str, minutes: float = 0) -> dict[str, str]:
    """A situation that happened within so many minutes from a local time on."""
    begun = datetime.fromisoformat(f"{local}+02:00")
    return {"earliest": begun.isoformat(), "latest": (begun + timedelta(minutes=minutes)).isoformat()}


# Time ----------------------------------------------------------------------------------------------------------------------


def test_a_term_begins_at_its_minute_in_the_zone_of_its_text() -> None:
    assert asked("fire", **at("2026-03-01T00:00")) == ("no", "not in force before 1 March 2026 00:01 (+02:00)")
    assert asked("fire", **at("2026-03-01T00:01")) == ("yes", "in force since 1 March 2026 00:01 (+02:00)")
    utc = "2026-02-28T22:00:59.999999+00:00"
    assert asked("fire", earliest=utc, latest=utc)[0] == "no"


def test_a_term_ends_before_its_last_minute_and_says_why() -> None:
    assert asked("ended", **at("2026-02-28T23:59"))[0] == "yes"
    assert asked("ended", **at("2026-03-01T00:00")) == ("no", "ended 1 March 2026 00:00 (+02:00) (it was broken)")


def test_what_may_have_been_before_or_after_is_uncertain() -> None:
    assert asked("fire", **at("2026-03-01T00:00", 0.99))[0] == "no"
    assert asked("fire", **at("2026-03-01T00:00", 1)) == (
        "uncertain",
        "it may have been before or after 1 March 2026 00:01 (+02:00)",
    )
    assert asked("ended", **at("2026-02-28T23:50", 9.99))[0] == "yes"
    assert asked("ended", **at("2026-02-28T23:50", 10)) == (
        "uncertain",
        MAY_HAVE_BEEN.format("00:00"),
    )


def test_a_time_in_utc_is_said_to_be_utc() -> None:
    span = {"from": "2026-03-01T00:01Z", "until": None}
    assert spanned(span, latest="2026-02-01T00:00:00+00:00") == ("no", "not in force before 1 March 2026 00:01 (UTC)")


@pytest.mark.parametrize(
    ("local", "answer", "said"),
    [
        ("2026-02-28T23:59", "no", "not in force before"),
        ("2026-03-05T12:00", "uncertain", "the dates are disputed: according to Red in force since 1 March 2026"),
        ("2026-03-05T12:00", "uncertain", "according to Blue not in force before 10 March 2026"),
        ("2026-03-15T12:00", "yes", "in force since"),
        ("2026-03-25T12:00", "uncertain", "according to Red ended 20 March 2026"),
    ],
)
def test_where_dates_are_disputed_both_versions_must_agree(local: str, answer: str, said: str) -> None:
    found, because = asked("disputed", **at(local))
    assert found == answer
    assert said in because


def test_a_term_that_ended_and_came_back_is_not_in_force_between() -> None:
    spans = ({"from": "2026-01-01T00:00Z", "until": "2026-02-01T00:00Z"}, {"from": "2026-03-01T00:00Z", "until": None})
    assert spanned(*spans, latest="2026-01-15T00:00:00+00:00")[0] == "yes"
    assert spanned(*spans, latest="2026-02-15T00:00:00+00:00") == ("no", "ended 1 February 2026 00:00 (UTC)")
    assert spanned(*spans, latest="2026-03-15T00:00:00+00:00")[0] == "yes"
    assert spanned(*spans, earliest="2026-01-15T00:00:00+00:00", latest="2026-03-15T00:00:00+00:00")[0] == "uncertain"


def test_a_term_renewed_without_a_gap_was_in_force_throughout() -> None:
    seam = "2026-02-01T00:00Z"
    spans = ({"from": seam, "until": None}, {"from": "2026-01-01T00:00Z", "until": seam})
    told = spanned(*spans, earliest="2026-01-31T23:50:00+00:00", latest="2026-02-01T00:10:00+00:00")
    assert told == ("yes", "in force since 1 January 2026 00:00 (UTC)")


def spanned(*spans: dict[str, Any], latest: str, earliest: str | None = None) -> tuple[str, str]:
    """Whether a term with these spans was in force."""
    terms = [{"id": "t", "in_force": list(spans)}]
    of = two_versions(terms=terms)
    return in_force(of.terms[0], of, GROUND, situations({"earliest": earliest or latest, "latest": latest})).row(0)  # type: ignore[return-value]


# Place ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "values", "answer", "said"),
    [
        ("heavy", {"latitude": north(3.0)[0]}, "yes", "inside the band-15 (2.0 to 3.0 km from the line by"),
        ("heavy", {"latitude": north(20.0)[0]}, "no", "outside the band-15"),
        ("heavy", {"latitude": north(14.5)[0]}, "uncertain", "whether it lies inside the band-15"),
        ("heavy", {"latitude": north(14.5)[0]}, "uncertain", "the line is drawn to within 1 km; the zone reaches 15 km"),
        (
            "heavy",
            {"latitude": None, "distance_km": 14.0, "held_by": "red"},
            "yes",
            "(14 km behind the line; the zone",
        ),
        (
            "heavy",
            {"latitude": None, "distance_km": 16.5, "held_by": "red"},
            "no",
            "(16.5 km behind the line; the zone",
        ),
        ("heavy", {"latitude": None}, "uncertain", "the distance is not known"),
        ("heavy", {"latitude": None, "zone": "band-15"}, "yes", "inside the band-15"),
        ("apart", {"latitude": 48.0, "longitude": 37.75}, "yes", "inside the disengagement area"),
        ("apart", {"latitude": None}, "uncertain", "whether it lies inside the disengagement area"),
        ("fire", {"latitude": None}, "yes", "in force since"),
    ],
)
def test_the_place_decides_and_says_so(term: str, values: dict[str, Any], answer: str, said: str) -> None:
    found, because = asked(term, **values)
    assert found == answer, because
    assert said in because


def test_a_doubt_says_how_exactly_the_place_is_known() -> None:
    assert "the place is known to within 0.5 km" in asked("heavy", latitude=north(14.5)[0], uncertainty_m=250.0)[1]
    assert "the place is known to within 3 km" in asked("apart", latitude=48.0, longitude=37.75, uncertainty_m=1500.0)[1]
    assert "is known to within" not in asked("heavy", latitude=north(14.5)[0])[1]


def test_past_the_end_of_the_line_the_reason_says_so() -> None:
    found, because = asked("rockets", latitude=north(0.5)[0], longitude=39.0)
    assert found == "uncertain"
    assert "past its end; the zone reaches 70 km" in because
    assert "past its end" not in asked("rockets", latitude=north(30)[0])[1]


def test_what_may_have_been_before_or_after_a_change_of_the_line_needs_one_answer_by_both() -> None:
    line = two_versions().lines[0].model_dump(mode="json")
    change = "2026-03-15T12:00:00+00:00"
    lines = [{**line, "in_force_until": change}, {**two_versions().lines[1].model_dump(mode="json"), "in_force_from": change}]
    of = two_versions(lines=lines)
    term = next(term for term in of.terms if term.id == "heavy")
    around = {"earliest": "2026-03-15T11:50:00+00:00", "latest": "2026-03-15T12:10:00+00:00", "latitude": float(north(10)[0])}
    before = {**around, "latest": "2026-03-15T11:59:00+00:00"}
    told = in_force(term, of, ground(of), pl.concat([situations(around), situations(before)]))
    assert told["in_force"].to_list() == ["uncertain", "yes"]


def test_a_sure_no_of_time_or_place_settles_it_and_only_its_reason_is_given() -> None:
    before, doubtful = at("2026-02-01T00:00"), at("2026-03-01T00:00", 5)
    assert asked("heavy", latitude=north(14.5)[0], **before) == ("no", "not in force before 1 March 2026 00:01 (+02:00)")
    assert asked("heavy", latitude=north(40.0)[0], **doubtful)[1].startswith("outside the band-15")


def test_two_doubts_are_both_named() -> None:
    found, because = asked("heavy", latitude=north(14.5)[0], **at("2026-03-01T00:00", 5))
    assert found == "uncertain"
    assert "before or after 1 March 2026 00:01" in because
    assert "; whether it lies inside the band-15" in because


def test_where_the_actor_is_not_known_all_bound_parties_must_agree() -> None:
    assert asked("heavy", latitude=north(3.0)[0], party=None)[0] == "yes"
    assert asked("heavy", latitude=north(10.0)[0], party=None)[0] == "uncertain"
    assert asked("heavy", latitude=north(40.0)[0], party=None)[0] == "no"


def test_a_term_that_binds_one_party_is_measured_as_that_party_does() -> None:
    """Rockets bind red alone: 40 km north is inside red's 70 km, whoever acted."""
    for party in ("red", None):
        assert asked("rockets", latitude=north(40.0)[0], party=party)[0] == "yes"


# Laws ----------------------------------------------------------------------------------------------------------------------


def anything(seed: int, size: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    begun = [datetime.fromisoformat("2026-02-25T00:00+00:00") + timedelta(minutes=float(m)) for m in rng.uniform(0, 43200, size)]
    return situations(
        *(
            {
                "earliest": when.isoformat(),
                "latest": (when + timedelta(minutes=float(rng.choice([0, 10, 3000])))).isoformat(),
                "latitude": None if rng.random() < 0.1 else float(rng.uniform(47.2, 48.9)),
                "longitude": float(rng.uniform(37.1, 38.4)),
                "uncertainty_m": float(rng.choice([0, 300, 3000])),
                "distance_km": float(rng.uniform(0, 80)) if rng.random() < 0.2 else None,
                "held_by": str(rng.choice(["red", "blue"])),
                "zone": str(rng.choice(["band-15", "disc"])) if rng.random() < 0.1 else None,
                "party": None if rng.random() < 0.3 else str(rng.choice(["red", "blue"])),
            }
            for when in begun
        )
    )


@pytest.mark.parametrize("term", sorted(TERMS))
def test_situations_are_answered_one_by_one_as_all_together_in_any_order(term: str) -> None:
    many = anything(3, 120)
    together = in_force(TERMS[term], TWO, GROUND, many)
    alone = pl.concat([in_force(TERMS[term], TWO, GROUND, many[row]) for row in range(many.height)])
    assert together.equals(alone)
    order = np.random.default_rng(4).permutation(many.height)
    assert in_force(TERMS[term], TWO, GROUND, many[order]).equals(together[order])


@pytest.mark.parametrize("term", sorted(TERMS))
def test_every_answer_has_its_reason_and_no_situations_have_no_answers(term: str) -> None:
    told = in_force(TERMS[term], TWO, GROUND, anything(5, 200))
    assert told["because"].null_count() == 0
    assert told["because"].str.len_chars().min() > 10
    assert in_force(TERMS[term], TWO, GROUND, anything(5, 1)[:0]).height == 0


@pytest.mark.parametrize("term", sorted(TERMS))
def test_exchanging_the_parties_names_exchanges_them_in_the_reason_and_nothing_else(term: str) -> None:
    swapped = two_versions(red="blue", blue="red")
    many = anything(6, 200)
    exchanged = pl.col("held_by", "party").replace({"red": "blue", "blue": "red"})
    ours = in_force(TERMS[term], TWO, GROUND, many)
    theirs = in_force(_term(swapped, term), swapped, ground(swapped), many.with_columns(exchanged))
    assert ours["in_force"].equals(theirs["in_force"])
    assert ours["because"].to_list() == [_exchange(because) for because in theirs["because"]]


def _term(of: Agreement, name: str) -> Term:
    return next(term for term in of.terms if term.id == name)


def _exchange(text: str) -> str:
    return text.replace("Red", "\0").replace("Blue", "Red").replace("\0", "Blue")


def test_the_simple_story_is_in_force_for_its_month() -> None:
    story = agreement()
    told = in_force(story.terms[0], story, geography(story), situations({}, at("2026-04-01T00:00"), at("2026-03-31T23:00")))
    assert told["in_force"].to_list() == ["yes", "no", "no"]  # the clocks went forward: the month ends at 00:00 summer time
