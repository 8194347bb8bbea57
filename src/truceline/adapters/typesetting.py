"""Typesets a document into PDF with Typst: no system library, no system font, the same bytes for the same source."""

from __future__ import annotations

import typst

from truceline.values.errors import Problem, TrucelineError


def compile_pdf(source: str) -> bytes:
    """The PDF of a Typst source; raises TrucelineError with the compiler's words when it is not one."""
    try:
        pdf = typst.compile(source.encode(), format="pdf", ignore_system_fonts=True, timestamp=0)
    except RuntimeError as error:
        raise TrucelineError(Problem("report.pdf", "a source that can be typeset", str(error), "Report this as a fault.")) from None
    assert isinstance(pdf, bytes)  # noqa: S101  one document in, one PDF out
    return pdf
