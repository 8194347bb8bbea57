"""What is wrong between the fields of a document is found, all at once, each with its path."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from tests.stories.straight_line import agreement
from tests.stories.two_versions import two_versions

from truceline.agreement.check import Fault, check
from truceline.agreement.document import Agreement

CONTENT = two_versions().model_dump(mode="json", by_alias=True)
SECTOR = {"id": "s", "title": "S", "region": "R", "line": "line-red", "from_km": 0, "until_km": 40}
STAGE = {"id": "next", "title": "Next", "entry": [{"needs": "question closed", "question": "mandate", "text": "closed"}]}
QUESTION = {"id": "mandate", "question": "Who?"}


def faults(change: Callable[[dict[str, Any]], Any]) -> list[Fault]:
    content = copy.deepcopy(CONTENT)
    change(content)
    return check(Agreement.model_validate(content))


@pytest.mark.parametrize("story", [agreement(), two_versions()], ids=["one line", "two versions"])
def test_a_sound_document_has_no_fault(story: Agreement) -> None:
    assert check(story) == []


CASES: list[tuple[str, Callable[[dict[str, Any]], Any], tuple[Any, ...], str]] = [
    ("unknown time zone", lambda d: d.update(time_zone="Europe/Kiev2"), ("time_zone",), "IANA"),
    ("time zone outside", lambda d: d.update(time_zone="../../etc/passwd"), ("time_zone",), "IANA"),
    ("two parties of one id", lambda d: d["parties"].append({"id": "red", "name": "R"}), ("parties", 0, "id"), "an id used once"),
    ("two zones of one id", lambda d: d["zones"].append(d["zones"][0]), ("zones", 6, "id"), "an id used once"),
    ("two terms of one id", lambda d: d["terms"].append(d["terms"][0]), ("terms", 0, "id"), "an id used once"),
    ("party named all", lambda d: d["parties"].append({"id": "all", "name": "A"}), ("parties", 2, "id"), "an id other"),
    (
        "party named undetermined",
        lambda d: d["parties"].append({"id": "undetermined", "name": "U"}),
        ("parties", 2, "id"),
        "an id other than all and undetermined",
    ),
    (
        "band that a bound party does not measure",
        lambda d: d["zones"][0]["area"]["measured_from"].pop("blue"),
        ("terms", 1, "where"),
        "a band measured from a line for 'blue'",
    ),
    ("dates of one party", lambda d: d["terms"][4]["in_force"].pop(), ("terms", 4, "in_force"), "a span according to 'blue'"),
    ("line of an unknown party", lambda d: d["lines"][0].update(left="reds"), ("lines", 0, "left"), "a party of this document"),
    ("line according to nobody", lambda d: d["lines"][0].update(according_to="x"), ("lines", 0, "according_to"), "a party"),
    ("one party on both sides", lambda d: d["lines"][0].update(right="red"), ("lines", 0, "right"), "another party"),
    (
        "line ends before it begins",
        lambda d: d["lines"][0].update(in_force_until="2025-01-01T00:00Z"),
        ("lines", 0, "in_force_until"),
        "an end after",
    ),
    (
        "two versions of one party at one time",
        lambda d: d["lines"][1].update(according_to="red"),
        ("lines", 1, "in_force_from"),
        "does not overlap 'line-red'",
    ),
    ("sector on no line", lambda d: d["sectors"].append({**SECTOR, "line": "line"}), ("sectors", 0, "line"), "a line of this"),
    (
        "sector that ends first",
        lambda d: d["sectors"].append({**SECTOR, "from_km": 40}),
        ("sectors", 0, "until_km"),
        "more than from_km, 40",
    ),
    (
        "sectors that overlap",
        lambda d: d["sectors"].extend([SECTOR, {**SECTOR, "id": "t", "from_km": 39.9, "until_km": 50}]),
        ("sectors", 1, "from_km"),
        "does not overlap 's'",
    ),
    (
        "band from an unknown line",
        lambda d: d["zones"][0]["area"]["measured_from"].update(red="line-rod"),
        ("zones", 0, "area", "measured_from", "red"),
        "a line of this document",
    ),
    (
        "band of an unknown party",
        lambda d: d["zones"][0]["area"]["measured_from"].update(green="line-red"),
        ("zones", 0, "area", "measured_from", "green"),
        "a party of this document",
    ),
    (
        "band from no line",
        lambda d: d["zones"][0]["area"].update(measured_from={}),
        ("zones", 0, "area", "measured_from"),
        "a line for at least one party",
    ),
    (
        "band inside out",
        lambda d: d["zones"][0]["area"].update(from_km=20),
        ("zones", 0, "area", "until_km"),
        "more than from_km, 20",
    ),
    (
        "polygon of nothing",
        lambda d: d["zones"][5].update(area={"shape": "polygon"}),
        ("zones", 5, "area", "coordinates"),
        "either a file or coordinates",
    ),
    (
        "polygon of two corners",
        lambda d: d["zones"][5].update(area={"shape": "polygon", "coordinates": [[48, 37], [48, 38]]}),
        ("zones", 5, "area", "coordinates"),
        "three corners or more",
    ),
    ("term in an unknown zone", lambda d: d["terms"][1].update(where="band-155"), ("terms", 1, "where"), "a zone of this document"),
    ("term that binds nobody known", lambda d: d["terms"][1].update(binds=["rod"]), ("terms", 1, "binds", 0), "a party of this"),
    (
        "term that asks nothing",
        lambda d: d["terms"][1].update(prohibits=[]),
        ("terms", 1, "prohibits"),
        "something forbidden, or a duty",
    ),
    (
        "calibres inside out",
        lambda d: d["terms"][1]["prohibits"][0].update(calibre_at_least_mm=122, calibre_below_mm=100),
        ("terms", 1, "prohibits", 0, "calibre_below_mm"),
        "more than calibre_at_least_mm, 122",
    ),
    (
        "exception outside an unknown zone",
        lambda d: d["terms"][0].update(exceptions=[{"kind": "demining", "text": "t", "needs": "n", "outside_zone": "strap"}]),
        ("terms", 0, "exceptions", 0, "outside_zone"),
        "a zone of this document",
    ),
    (
        "term that ends before it begins",
        lambda d: d["terms"][0]["in_force"][0].update(until="2026-03-01T00:01+02:00"),
        ("terms", 0, "in_force", 0, "until"),
        "an end after 2026-03-01T00:01:00+02:00",
    ),
    (
        "spans that overlap",
        lambda d: d["terms"][0]["in_force"].append({"from": "2027-01-01T00:00Z", "until": None}),
        ("terms", 0, "in_force", 1, "from"),
        "does not overlap",
    ),
    (
        "everybody's span over a party's",
        lambda d: d["terms"][4]["in_force"].append({"from": "2026-03-15T00:00Z", "until": None}),
        ("terms", 4, "in_force", 2, "from"),
        "does not overlap",
    ),
    (
        "dates of an unknown party",
        lambda d: d["terms"][4]["in_force"][0].update(according_to="rod"),
        ("terms", 4, "in_force", 0, "according_to"),
        "a party of this document",
    ),
    (
        "gate on an unknown question",
        lambda d: d.update(stages=[STAGE], open_questions=[{**QUESTION, "id": "mandat"}]),
        ("stages", 0, "entry", 0, "question"),
        "an open question of this document",
    ),
    (
        "gate on no question",
        lambda d: d.update(stages=[{**STAGE, "entry": [{"needs": "question closed", "text": "t"}]}]),
        ("stages", 0, "entry", 0, "question"),
        "the id of an open question",
    ),
    (
        "gate without its number",
        lambda d: d.update(stages=[{**STAGE, "entry": [{"needs": "calm days", "text": "t"}]}]),
        ("stages", 0, "entry", 0, "value"),
        "a number",
    ),
]


@pytest.mark.parametrize(("name", "change", "path", "expected"), CASES, ids=[case[0] for case in CASES])
def test_each_fault_is_found_at_its_path(
    name: str, change: Callable[[dict[str, Any]], Any], path: tuple[Any, ...], expected: str
) -> None:
    found = {fault.path: fault for fault in faults(change)}
    assert path in found, list(found)
    assert expected in found[path].expected
    assert found[path].found
    assert found[path].next_step


@pytest.mark.parametrize(
    ("change", "nearest"),
    [
        (lambda d: d["terms"][1].update(where="band-155"), "Did you mean 'band-15'?"),
        (lambda d: d["lines"][0].update(left="rad"), "Did you mean 'red'?"),
        (lambda d: d["terms"][1].update(where="elsewhere"), "Add the zone, or name one that is there."),
    ],
)
def test_the_nearest_known_name_is_proposed(change: Callable[[dict[str, Any]], Any], nearest: str) -> None:
    assert [fault.next_step for fault in faults(change)] == [nearest]


def test_all_faults_are_found_at_once() -> None:
    def several(document: dict[str, Any]) -> None:
        for _, change, _, _ in CASES[:6]:
            change(document)

    assert {fault.path for fault in faults(several)} >= {path for _, _, path, _ in CASES[2:6]}


def test_a_term_that_binds_one_party_asks_the_other_for_nothing() -> None:
    def alone(document: dict[str, Any]) -> None:
        document["zones"][2]["area"]["measured_from"].pop("blue")  # only the term of rockets, which binds red
        document["terms"][4].update(binds=["red"])
        document["terms"][4]["in_force"].pop()

    assert faults(alone) == []


def test_spans_and_lines_that_only_touch_do_not_overlap() -> None:
    def renewed(document: dict[str, Any]) -> None:
        document["terms"][0]["in_force"][0]["until"] = "2026-05-01T00:00Z"
        document["terms"][0]["in_force"].append({"from": "2026-05-01T00:00Z", "until": None})
        document["sectors"].extend([SECTOR, {**SECTOR, "id": "t", "from_km": 40, "until_km": 50}])

    assert faults(renewed) == []
