"""Typesets a document into PDF with Typst: no system library, no system font, the same bytes for the same source."""

from __future__ import annotations

from collections.abc import Mapping

import typst

from truceline.values.errors import Problem, TrucelineError

TAGGED_UP_TO_BYTES = 400_000
"""Tags for screen readers are written up to so much input: a table of 7,000 rows grows to 17 MB with them. Then the page serves."""


def compile_pdf(source: str, inputs: Mapping[str, str] | None = None) -> bytes:
    """The PDF of a Typst source and its inputs; raises TrucelineError with the compiler's words when it cannot be set."""
    given = dict(inputs or {})
    tagged = sum(len(text) for text in given.values()) <= TAGGED_UP_TO_BYTES
    try:
        pdf = typst.compile(source.encode(), sys_inputs=given, format="pdf", ignore_system_fonts=True, timestamp=0, pdf_tags=tagged)
    except RuntimeError as error:
        raise TrucelineError(Problem("report.pdf", "a source that can be typeset", str(error), "Report this as a fault.")) from None
    assert isinstance(pdf, bytes)  # noqa: S101  one document in, one PDF out
    return pdf
