"""Lists findings by day, term and status."""

from __future__ import annotations

from datetime import date

import polars as pl

from truceline.compliance.tables import STATUSES
from truceline.usecases.current import current_findings
from truceline.usecases.workspace import Workspace
from truceline.values.errors import InvalidRequest, Problem


def list_findings(
    workspace: Workspace, *, day: date | None = None, term: str | None = None, status: str | None = None
) -> pl.DataFrame:
    """Return current findings, ordered by day, term and sector.

    Raises InvalidRequest for a term that the agreement does not have or a status that does not exist.
    """
    problems = []
    terms = [known.id for known in workspace.agreement.terms]
    if term is not None and term not in terms:
        problems.append(Problem("--term", f"one of {', '.join(terms)}", repr(term)))
    if status is not None and status not in STATUSES:
        problems.append(Problem("--status", f"one of {', '.join(STATUSES)}", repr(status)))
    if problems:
        raise InvalidRequest(*problems)
    found = current_findings(workspace.store)
    if day is not None:
        found = found.filter(pl.col("day") == day)
    if term is not None:
        found = found.filter(pl.col("term") == term)
    if status is not None:
        found = found.filter(pl.col("status").cast(pl.String) == status)
    return found.collect().sort("day", "term", "sector", "incident_id", nulls_last=True)
