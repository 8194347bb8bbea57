"""What could not be taken in: listed and shown with its bytes, until somebody mends the file or dismisses the row."""

from __future__ import annotations

from collections.abc import Sequence

from truceline.usecases.ports import Quarantined, Store
from truceline.values.errors import InvalidRequest, Problem


def list_quarantined(store: Store, run: int | None = None) -> Sequence[Quarantined]:
    """Rows in quarantine, oldest first; of one run if it is given."""
    return store.quarantine(run)


def show_quarantined(store: Store, number: int) -> Quarantined:
    """The row in quarantine of that number; raises InvalidRequest when there is none."""
    for row in store.quarantine():
        if row.id == number:
            return row
    raise InvalidRequest(Problem("quarantine", "the id of a row in quarantine", str(number), "See: truceline quarantine list"))
