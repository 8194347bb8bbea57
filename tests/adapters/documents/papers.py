"""A whole agreement as it lies in a folder, to be damaged by tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from truceline.adapters.documents import LoadedAgreement, read_agreement, shipped_agreement_path
from truceline.values.errors import InvalidDocument, Problem

SHIPPED = shipped_agreement_path("freeze-demo")
TEXT = SHIPPED.read_text(encoding="utf-8")
LINE = "lines/line.geojson"


class Folder:
    """A folder with a copy of a shipped agreement and its drawing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.document = path / "agreement.yaml"
        shutil.copytree(SHIPPED.parent, path)

    def read(self, text: str | bytes = TEXT, drawing: str | None = None) -> LoadedAgreement:
        """The agreement with this text, and this drawing in the place of its line."""
        self.document.write_bytes(text if isinstance(text, bytes) else text.encode())
        if drawing is not None:
            (self.path / LINE).write_text(drawing, encoding="utf-8")
        return read_agreement(self.document)

    def problems(self, text: str | bytes = TEXT, drawing: str | None = None) -> tuple[Problem, ...]:
        """What is wrong with the agreement; the test fails if nothing is."""
        with pytest.raises(InvalidDocument) as caught:
            self.read(text, drawing)
        return caught.value.problems

    def only(self, text: str | bytes = TEXT, drawing: str | None = None) -> str:
        """The one thing that is wrong, without the folder's name."""
        (problem,) = self.problems(text, drawing)
        return str(problem).replace(f"{self.path}/", "")


def changed(old: str, new: str) -> str:
    """The agreement's text with one passage changed; the passage must be there."""
    assert old in TEXT
    return TEXT.replace(old, new, 1)
