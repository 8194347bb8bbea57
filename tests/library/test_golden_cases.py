"""The golden sentences: all of them agree, they reach every corner of judging, and a wrong answer would be noticed."""

from __future__ import annotations

from collections import Counter

import pytest

from truceline.usecases.golden import GoldenFile, GoldenResult, run_golden
from truceline.values.errors import InvalidDocument

from .conftest import load


@pytest.fixture(scope="module")
def results(golden_files: list[GoldenFile]) -> list[GoldenResult]:
    return run_golden(load, golden_files)


def test_every_golden_sentence_agrees(results: list[GoldenResult]) -> None:
    assert [(result.sentence, result.expected, result.ours) for result in results if not result.agrees] == []


def test_there_are_sixty_sentences_or_more_over_all_agreements_and_all_four_answers(golden_files: list[GoldenFile]) -> None:
    cases = [case for file in golden_files for case in file.cases]
    assert len(cases) >= 60
    assert len({file.agreement for file in golden_files}) == 8
    answers = Counter(case.expect.status for case in cases)
    assert all(answers[status] >= 10 for status in ("kept", "broken", "cannot be judged", "not in force"))
    assert len({case.sentence for case in cases}) == len(cases)


def test_exchanging_the_parties_changes_no_answer(results: list[GoldenResult]) -> None:
    exchanged = [result for result in results if result.sentence.endswith("(parties exchanged)")]
    assert len(exchanged) >= 40
    by_sentence = {(result.agreement, result.sentence): result for result in results}
    for result in exchanged:
        original = by_sentence[result.agreement, result.sentence.removesuffix(" (parties exchanged)")]
        assert result.ours.split(" (")[0] == original.ours.split(" (")[0]


def test_exchanging_the_parties_twice_gives_the_case_back(golden_files: list[GoldenFile]) -> None:
    for file in golden_files:
        one, other = (party.id for party in load(file.agreement).agreement.parties)
        for case in file.cases:
            mirrored = case.mirrored(one, other)
            again = mirrored.mirrored(one, other) if mirrored else case
            assert again is not None
            assert (again.situation, again.expect) == (case.situation, case.expect)


@pytest.mark.parametrize("wrong", ["kept", "broken", "cannot be judged", "not in force"])
def test_a_wrong_expectation_is_noticed(wrong: str, golden_files: list[GoldenFile]) -> None:
    for file in golden_files:
        cases = tuple(
            case.model_copy(update={"expect": case.expect.model_copy(update={"status": wrong})})
            for case in file.cases
            if case.expect.status != wrong
        )
        assert not any(result.agrees for result in run_golden(load, [file.model_copy(update={"cases": cases})]))


def test_a_wrong_reason_or_party_is_noticed(golden_files: list[GoldenFile]) -> None:
    file = next(file for file in golden_files if file.agreement == "minsk-package")
    case = file.cases[0]
    for change in ({"because": "26 km"}, {"responsible": "undetermined"}):
        altered = case.model_copy(update={"expect": case.expect.model_copy(update=change)})
        assert not run_golden(load, [file.model_copy(update={"cases": (altered,)})])[0].agrees


def test_misspelt_terms_parties_and_zones_are_refused_all_at_once(golden_files: list[GoldenFile]) -> None:
    file = next(file for file in golden_files if file.agreement == "minsk-package")
    case = file.cases[0]
    broken = case.model_copy(
        update={
            "expect": case.expect.model_copy(update={"term": "package.99"}),
            "situation": case.situation.model_copy(update={"held_by": "ukrain", "zone": "band-26"}),
            "as_if_from": case.situation.at,
        }
    )
    with pytest.raises(InvalidDocument) as raised:
        run_golden(load, [file.model_copy(update={"cases": (broken,)})])
    assert len(raised.value.problems) == 4


def test_results_turn_into_plain_values(results: list[GoldenResult]) -> None:
    plain = results[0].to_json()
    assert {"agreement", "sentence", "expected", "ours", "agrees", "reason", "source"} == set(plain)
