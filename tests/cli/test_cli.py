"""The command line, used as a person would: each command, its JSON twin, and errors that say what to do next."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from truceline.cli.main import app
from truceline.exercise.scenario import Scenario
from truceline.wiring import DemoBench, make_demo_mission


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "100"})


def told(*words: str | Path) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def mission(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A demo mission with five days of files beside it, all ingested and watched by the command line itself."""
    folder = tmp_path_factory.mktemp("cli") / "m"
    played = make_demo_mission(folder, Scenario(seed=2, days=5))
    files: dict[str, list[Path]] = {}
    for delivery in played.deliveries:
        files.setdefault(delivery.feed, []).append(DemoBench(folder).write(delivery))
    for feed, paths in files.items():
        books = told("ingest", feed, *paths, "--mission", folder, "--received", "2026-03-06T00:00Z")
        assert all(book["balanced"] for book in books)
    assert told("watch", "--mission", folder)["incidents new or changed"] > 10
    yield folder


def test_ingesting_the_same_files_again_adds_nothing(mission: Path) -> None:
    again = told("ingest", "patrols", *sorted((mission / "feeds" / "patrols").iterdir()), "--mission", mission)
    assert sum(book["stored"] for book in again) == 0


def test_watching_again_finds_nothing_new(mission: Path) -> None:
    assert told("watch", "--mission", mission)["findings new or changed"] == 0


def test_incidents_near_a_place_are_fewer_than_all(mission: Path) -> None:
    everything = told("incidents", "--mission", mission)
    near = told("incidents", "--near", "larch", "--within-km", "8", "--mission", mission)
    assert 0 < len(near) < len(everything)
    assert all(len(row["incident_id"]) == 16 for row in near)


def test_since_and_until_bound_the_incidents(mission: Path) -> None:
    rows = told("incidents", "--since", "2026-03-03", "--until", "2026-03-04", "--mission", mission)
    assert rows
    assert all(row["latest"] >= "2026-03-03T01" and row["earliest"] < "2026-03-04T01" for row in rows)


def test_findings_can_be_asked_by_day_term_and_status(mission: Path) -> None:
    rows = told("findings", "--day", "2026-03-03", "--term", "1", "--status", "broken", "--mission", mission)
    assert {(row["day"], row["term"], row["status"]) for row in rows} == {("2026-03-03", "1", "broken")}


def test_the_report_writes_its_five_files(mission: Path, tmp_path: Path) -> None:
    published = told("report", "2026-03-04", "--mission", mission, "--out", tmp_path)
    assert published["number"] == "001/2026"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "incidents.csv",
        "incidents.geojson",
        "report.html",
        "report.json",
        "report.pdf",
    ]


def test_quarantine_lists_what_was_not_taken_and_shows_its_bytes(mission: Path) -> None:
    held = told("quarantine", "list", "--mission", mission)
    assert {row["field"] for row in held} == {"time", "bearing"}
    shown = told("quarantine", "show", str(held[0]["id"]), "--mission", mission)
    assert held[0]["reason"] == shown["reason"]
    assert "patrols-bad" in shown["content"]


def test_the_store_verifies_and_names_a_changed_part(mission: Path) -> None:
    assert told("store", "verify", "--mission", mission) == {"differences": []}
    part = next((mission / ".truceline" / "archive" / "observation").glob("*.parquet"))
    content = part.read_bytes()
    part.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    try:
        result = run("store", "verify", "--mission", mission)
        assert result.exit_code == 1
        assert part.name in result.output.replace("\n", "")
    finally:
        part.write_bytes(content)


def test_tables_are_printed_for_people(mission: Path) -> None:
    result = run("incidents", "--limit", "3", "--mission", mission)
    assert result.exit_code == 0
    assert "the best corroborated first" in result.output
    assert max(len(line) for line in result.output.splitlines()) <= 100


def test_init_makes_a_mission_that_opens(tmp_path: Path) -> None:
    made = told("init", tmp_path / "my-mission", "--agreement", "freeze-demo")
    assert {"agreement.yaml", "mission.yaml", "feeds.yaml", "places.csv"} <= set(made["files"])
    assert told("incidents", "--mission", tmp_path / "my-mission") == []


def test_agreements_are_listed_checked_and_explained() -> None:
    assert "freeze-demo" in {row["id"] for row in told("agreement", "list")}
    assert told("agreement", "check", "freeze-demo")["terms"] == 12
    explained = told("agreement", "explain", "freeze-demo", "--at", "45.02,-30.45", "--on", "2026-03-05T10:00-01:00")
    answers = {term["id"]: term["in_force"] for term in explained["terms"]}
    assert (answers["1"], answers["6-west"], answers["6-east"]) == ("yes", "yes", "no")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("watch", "--mission", "nowhere"), "Make one with"),
        (("agreement", "check", "nothing-like-it"), "agreement list"),
        (("agreement", "explain", "freeze-demo", "--at", "north", "--on", "2026-03-05"), "LATITUDE,LONGITUDE"),
        (("agreement", "explain", "freeze-demo", "--at", "45,-30", "--on", "yesterday"), "ISO 8601"),
    ],
)
def test_errors_say_what_to_do_next_without_a_traceback(words: tuple[str, ...], hint: str) -> None:
    result = run(*words)
    assert result.exit_code == 1
    assert hint in result.output.replace("\n", " ")
    assert "Traceback" not in result.output


def test_errors_of_an_opened_mission_say_what_is_known(mission: Path) -> None:
    for words, hint in (
        (("incidents", "--near", "Atlantis"), "a place that the mission knows"),
        (("findings", "--term", "99"), "expected one of 1, 2, 3"),
        (("findings", "--status", "fine"), "cannot be judged"),
        (("ingest", "rumours", str(mission / "mission.yaml")), "expected one of firms"),
        (("report", "2026-13-01"), "a date as YYYY-MM-DD"),
        (("quarantine", "show", "999"), "999"),
    ):
        result = run(*words, "--mission", mission)
        assert result.exit_code == 1, words
        assert hint in result.output.replace("\n", " "), result.output
