"""What every shipped agreement promises a reader: it reads, it cites, it is plain about what it does not know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from truceline.adapters.documents import shipped_agreements
from truceline.adapters.documents.agreements import LoadedAgreement
from truceline.agreement.document import Band

from .conftest import LIBRARY

INSTRUMENTS = (
    "minsk-memorandum",
    "minsk-package",
    "minsk-addendum",
    "framework-decision",
    "measures-2020",
    "minsk-2020",
    "gcsp-2025",
    "freeze-demo",
)
DONBAS = [name for name in INSTRUMENTS if name not in ("freeze-demo", "gcsp-2025")]


def test_all_instruments_are_shipped_and_each_reads_without_a_problem(shipped: dict[str, LoadedAgreement]) -> None:
    assert sorted(INSTRUMENTS) == sorted(shipped)
    assert all(name == loaded.agreement.id for name, loaded in shipped.items())


@pytest.mark.parametrize("name", shipped_agreements())
def test_every_citation_names_title_and_publisher_and_no_address_has_a_scheme(
    name: str, shipped: dict[str, LoadedAgreement]
) -> None:
    agreement = shipped[name].agreement
    cited = [*agreement.citations, *(term.citation for term in agreement.terms), *(line.source for line in agreement.lines)]
    cited += [zone.source for zone in agreement.zones if zone.source is not None]
    assert all(citation.title.strip() and citation.publisher.strip() for citation in cited)
    assert not [citation.url for citation in cited if citation.url and "://" in citation.url]


@pytest.mark.parametrize("name", DONBAS)
def test_hours_carry_the_offset_that_kyiv_had_on_that_date(name: str, shipped: dict[str, LoadedAgreement]) -> None:
    kyiv = ZoneInfo("Europe/Kyiv")
    agreement = shipped[name].agreement
    instants = [instant for term in agreement.terms for span in term.in_force for instant in (span.start, span.end)]
    instants += [instant for line in agreement.lines for instant in (line.in_force_from, line.in_force_until)]
    wrong = [instant for instant in instants if instant and instant.utcoffset() != instant.astimezone(kyiv).utcoffset()]
    assert not wrong


def test_terms_keep_the_dates_of_their_instruments(shipped: dict[str, LoadedAgreement]) -> None:
    def first(name: str, term_id: str) -> datetime:
        terms = {term.id: term for term in shipped[name].agreement.terms}
        return min(span.start for span in terms[term_id].in_force).astimezone(UTC)

    assert first("measures-2020", "measures.b") == datetime(2020, 7, 26, 21, 1, tzinfo=UTC)
    assert first("minsk-package", "package.1") == datetime(2015, 2, 14, 22, 0, tzinfo=UTC)
    withdrawal = first("minsk-package", "package.2") - first("minsk-package", "package.1")
    assert withdrawal >= timedelta(days=14), "nobody is charged before the fourteen days are over"
    assert first("minsk-memorandum", "memorandum.4") - first("minsk-memorandum", "memorandum.1") == timedelta(hours=24)


def test_bands_of_the_package_are_half_the_published_widths(shipped: dict[str, LoadedAgreement]) -> None:
    bands = {zone.id: zone.area for zone in shipped["minsk-package"].agreement.zones}
    depths = {name: band.until_km for name, band in bands.items() if isinstance(band, Band)}
    assert sorted(depths.values()) == [50 / 2, 70 / 2, 140 / 2]
    for band in bands.values():
        assert isinstance(band, Band)
        assert band.measured_from == {"ukraine": "line-factual", "ordlo": "line-2014"}


def test_the_composite_takes_no_word_that_its_instruments_do_not_have(shipped: dict[str, LoadedAgreement]) -> None:
    parts = ("minsk-memorandum", "minsk-package", "minsk-addendum", "framework-decision", "measures-2020")
    originals = {term.id: term for name in parts for term in shipped[name].agreement.terms}
    short_decisions = {"exercises-2016"}  # a single sentence of the Contact Group, not shipped as an instrument of its own
    taken = [term for term in shipped["minsk-2020"].agreement.terms if term.id not in short_decisions]
    assert len(taken) == len(shipped["minsk-2020"].agreement.terms) - len(short_decisions)
    for term in taken:
        assert term.id in originals, f"{term.id} comes from no shipped instrument"
        assert term.prohibits == originals[term.id].prohibits
        assert term.binds == originals[term.id].binds


@pytest.mark.parametrize("name", DONBAS)
def test_both_parties_are_bound_alike(name: str, shipped: dict[str, LoadedAgreement]) -> None:
    assert all(term.binds == ("all",) for term in shipped[name].agreement.terms)


@pytest.mark.parametrize("name", DONBAS)
def test_places_are_many_unique_inside_the_region_and_say_where_they_come_from(name: str) -> None:
    folder = LIBRARY / "agreements" / name
    places = pl.read_csv(folder / "places.csv", comment_prefix="#")
    assert places.height >= 60
    assert places["name"].is_unique().all()
    assert places["latitude"].is_between(46.9, 49.1).all()
    assert places["longitude"].is_between(37.0, 40.3).all()
    assert set(places["region"]) == {"Donetsk", "Luhansk"}
    assert (folder / "places.csv").read_text(encoding="utf-8").startswith("#")
    assert "GeoNames" in (folder / "places.source.yaml").read_text(encoding="utf-8")


def test_the_library_is_data_only() -> None:
    code = [path for path in LIBRARY.rglob("*.py") if path != LIBRARY / "__init__.py"]
    assert not code


def test_a_proposal_is_never_in_force_by_itself(shipped: dict[str, LoadedAgreement]) -> None:
    proposal = shipped["gcsp-2025"].agreement
    assert proposal.status == "proposed"
    assert all(span.start.year == 9999 for term in proposal.terms for span in term.in_force)
