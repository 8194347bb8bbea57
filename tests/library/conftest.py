"""The shipped agreements and golden cases, read as a user's own would be."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from truceline.adapters.documents import read_agreement, read_document, shipped_agreement_path, shipped_agreements
from truceline.adapters.documents.agreements import LoadedAgreement
from truceline.usecases.golden import GoldenFile

LIBRARY = Path(str(files("truceline"))) / "library"


def load(name: str) -> LoadedAgreement:
    return read_agreement(shipped_agreement_path(name))


@pytest.fixture(scope="session")
def shipped() -> dict[str, LoadedAgreement]:
    return {name: load(name) for name in shipped_agreements()}


@pytest.fixture(scope="session")
def golden_files() -> list[GoldenFile]:
    return [read_document(path, GoldenFile) for path in sorted((LIBRARY / "golden").glob("*.yaml"))]
