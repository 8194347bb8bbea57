"""A document is read whole, or every problem is told once, with file, line, column, field and what to do."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.adapters.documents.papers import TEXT, Folder, changed

from truceline.adapters.documents import read_document, read_tree, shipped_agreement_path, shipped_agreements
from truceline.adapters.documents.yaml import LARGEST_BYTES
from truceline.agreement.document import Agreement
from truceline.usecases.mission import Mission
from truceline.values.errors import InvalidDocument

MONTH_BEGINS = "from: 2026-03-01T00:00-01:00"
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 10)
)


@pytest.mark.parametrize("name", shipped_agreements())
def test_every_shipped_document_is_valid_by_itself(name: str) -> None:
    assert read_document(shipped_agreement_path(name), Agreement).id == name


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(changed("time_zone:", "time_zon:"), "agreement.yaml:9:1 time_zon: expected only known fields", id="misspelt"),
        pytest.param(changed("time_zone:", "time_zon:"), "Did you mean 'time_zone'?", id="the nearest field is named"),
        pytest.param(changed("time_zone: Atlantic/Azores\n", ""), "expected the field 'time_zone', found nothing", id="missing"),
        pytest.param(
            changed("accuracy_km: 0.3", "accuracy_km: near"), "agreement.yaml:20:5 lines.0.accuracy_km: expected a", id="word"
        ),
        pytest.param(changed("accuracy_km: 0.3", "accuracy_km: -1"), "greater than or equal to 0, found -1", id="below its bound"),
        pytest.param(changed("accuracy_km: 0.3", "accuracy_km: .inf"), "expected a finite number, found inf", id="infinite"),
        pytest.param(changed("accuracy_km: 0.3", "accuracy_km: .nan"), "expected a finite number, found nan", id="no number"),
        pytest.param(changed("version: 1", f"version: {'9' * 5000}"), "agreement.yaml:3:10", id="5000 digits"),
        pytest.param(changed("version: 1", f"version: 0x{'f' * 6000}"), "agreement.yaml:3:1 version", id="6000 hex digits"),
        pytest.param(changed('id: "1"', "id: 1"), "terms.0.id: expected text, found 1. Put it in quotes.", id="number for text"),
        pytest.param(
            changed("id: north,", "id: North Side,"), "agreement.yaml:11:6 parties.0.id: expected a name of the form", id="form"
        ),
        pytest.param(
            changed("{conduct: weapons, cal", "{conduct: weapon, cal"), "found 'weapon'. Did you mean 'weapons'?", id="near a word"
        ),
        pytest.param(changed("shape: polygon", "shape: poligon"), "found 'poligon'. Did you mean 'polygon'?", id="near a kind"),
        pytest.param(changed("shape: polygon, ", ""), "zones.2.area: expected the field 'shape', found nothing", id="which kind"),
        pytest.param(changed("  - {id: south, name: Southern Party}\n", ""), "parties: expected 2 or more, found 1", id="too few"),
        pytest.param(changed("{all: line}", "{1: line}"), "measured_from.1: expected a name before the colon, found 1", id="key"),
        pytest.param(changed("  - {id: north", "\t- {id: north"), "agreement.yaml:11:1: expected YAML", id="tab"),
        pytest.param(TEXT + "\nid: other\n", 'expected YAML, found duplicate key "id"', id="duplicate key"),
        pytest.param(TEXT + "\n---\na: 1\n", "another document", id="two documents"),
        pytest.param(TEXT + "\nmore: *nothing\n", "undefined alias 'nothing'", id="alias of nothing"),
        pytest.param(changed("Northern", "Nor\0thern"), "agreement.yaml:7:54: expected text, found the control char", id="control"),
        pytest.param(
            TEXT.replace("Northern", "Nørthern").encode("latin1"), "agreement.yaml:7:1: expected UTF-8 text", id="Latin-1"
        ),
        pytest.param(TEXT.encode("utf-16"), "agreement.yaml:1:1: expected UTF-8 text", id="UTF-16"),
        pytest.param("", "agreement.yaml:1:1: expected fields with values, found None", id="empty"),
        pytest.param("a sentence", "expected fields with values, found 'a sentence'", id="only a sentence"),
        pytest.param(
            "more: !!set {x, y}\n", "agreement.yaml:1:1 more: expected text, a number", id="a kind that documents do not use"
        ),
        pytest.param("more: !secret x\n", "agreement.yaml:1:1 more: expected text, a number", id="a tag of one's own"),
    ],
)
def test_one_mistake_is_one_problem_at_its_line(folder: Folder, text: str | bytes, said: str) -> None:
    told = [str(problem).replace(f"{folder.path}/", "") for problem in folder.problems(text)]
    assert any(said in problem for problem in told), told
    assert all(problem.startswith("agreement.yaml:") for problem in told)
    assert len(told) <= 3, told


def test_a_field_of_another_place_is_not_proposed(folder: Folder) -> None:
    said = folder.only(changed("    where: withdrawal-15", "    zone: withdrawal-15"))
    assert "zones" not in said
    assert "known here: id, title, text, citation, binds, in_force, prohibits, obliges, where" in said


@pytest.mark.parametrize("written", ["2026-03-01T00:00", "2026-03-01", "2026-03-01 00:00"])
def test_a_time_without_zone_is_refused_and_told_how_to_be_mended(folder: Folder, written: str) -> None:
    said = folder.only(changed(MONTH_BEGINS, f"from: {written}"))
    assert said.startswith("agreement.yaml:55:10 terms.0.in_force.0.from: expected a date and time with zone, e.g. 2020-")
    assert f"found '{written}'" in said
    assert "Write +03:00, or Z for UTC, after the time." in said


@pytest.mark.parametrize("written", ["2026", "20260301", "1772323200", '"1772323200"', "1772323200.5"])
def test_a_bare_number_is_no_time(folder: Folder, written: str) -> None:
    """It would be read as seconds since 1970, and a term meant for 2026 would have begun on 1 January 1970."""
    assert "terms.0.in_force.0.from: expected a date and time with zone" in folder.only(changed(MONTH_BEGINS, f"from: {written}"))


def test_a_bare_number_is_no_hour_of_the_day(tmp_path: Path) -> None:
    document = tmp_path / "mission.yaml"
    area = "area: {south: 1, west: 1, north: 2, east: 2}"
    text = f"format: truceline-mission/1\nid: a\ntitle: A\ntime_zone: UTC\n{area}\ncut_off: 1930\n"
    document.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidDocument, match=r"6:1 cut_off: expected a time, e\.g\. 19:30, found 1930"):
        read_document(document, Mission)
    document.write_text(text.replace("1930", "19:30"), encoding="utf-8")
    assert read_document(document, Mission).cut_off.hour == 19


def test_times_keep_the_zone_they_were_written_with(folder: Folder) -> None:
    terms = folder.read().agreement.terms
    assert terms[0].in_force[0].start.isoformat() == "2026-03-01T00:00:00-01:00"


def test_all_problems_are_told_at_once_in_the_order_of_the_document(folder: Folder) -> None:
    text = (
        changed("accuracy_km: 0.3", "accuracy_km: -1").replace("depth_km: 20", "depth_km: none", 2).replace("value: 5", "valu: 5")
    )
    told = folder.problems(text)
    assert [problem.where.rpartition(" ")[2] for problem in told] == [
        "lines.0.accuracy_km",
        "sectors.0.depth_km",
        "sectors.1.depth_km",
        "tolerance.value",
        "tolerance.valu",
    ]


def test_what_an_alias_repeats_is_told_once_where_it_stands(folder: Folder) -> None:
    """Eleven terms share one span; its start is mended once."""
    assert folder.only(changed(MONTH_BEGINS, "from: soon")).startswith("agreement.yaml:55:10 terms.0.in_force.0.from:")


def test_the_same_mistake_at_two_places_is_told_twice_even_where_the_path_has_spaces(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "a mission with spaces")
    text = TEXT.replace("depth_km: 20", "depth_km: none", 2)
    assert [problem.where.rpartition(" ")[2] for problem in folder.problems(text)] == ["sectors.0.depth_km", "sectors.1.depth_km"]


def test_what_a_merge_brings_in_is_told_at_the_merge(folder: Folder) -> None:
    said = folder.only(changed("{<<: *self, locator: paragraph 1}", "{<<: *self, locatr: paragraph 1}"))
    assert said.startswith("agreement.yaml:53:27 terms.0.citation.locatr:")


def test_an_anchored_true_stays_true(tmp_path: Path) -> None:
    document = tmp_path / "a.yaml"
    document.write_text("plain: true\nanchored: &a true\nalias: *a\nnumber: &n 1\n", encoding="utf-8")
    assert read_tree(document).content == {"plain": True, "anchored": True, "alias": True, "number": 1}
    assert read_tree(document).content["alias"] is True


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(BOMB, "at most 200,000 values", id="a billion by aliases"),
        pytest.param("a: &a [*a]\n", "", id="a list inside itself"),
        pytest.param("a: &a {b: *a}\n", "", id="fields inside themselves"),
        pytest.param("[" * 20_000, "nested deeper than 40", id="20,000 brackets"),
        pytest.param("a: " + "{b: " * 5_000, "nested deeper than 40", id="5,000 braces"),
        pytest.param("- " * 5_000 + "x", "nested deeper than 40", id="5,000 dashes"),
        pytest.param("? " * 5_000 + "x", "nested deeper than 40", id="5,000 question marks"),
        pytest.param("x" * (LARGEST_BYTES + 1), "at most 5,000,000 bytes", id="too large"),
    ],
)
def test_an_attack_is_refused_soon(folder: Folder, text: str, said: str) -> None:
    begun = time.process_time()
    told = folder.problems(text)
    assert said in str(told[0])
    assert time.process_time() - begun < 4  # brackets read to the end of Python's stack take twice as long


def test_a_file_that_is_not_there_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidDocument, match="expected a file that can be read, found No such file"):
        read_document(tmp_path / "nothing.yaml", Agreement)
    with pytest.raises(InvalidDocument, match="expected a file that can be read, found something else"):
        read_document(tmp_path, Agreement)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(folder: Folder) -> None:
    before = folder.read().agreement
    assert folder.read(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()).agreement == before
