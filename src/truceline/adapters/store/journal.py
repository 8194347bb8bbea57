"""Which journal a SQLite library can be trusted with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal mode of SQLite and the level of synchronisation that loses no acknowledged commit in it."""

    mode: str
    synchronous: str


WAL_FULL = Journal("wal", "FULL")
DELETE_EXTRA = Journal("delete", "EXTRA")


def journal_for(version: tuple[int, int, int]) -> Journal:
    """Journal to use with a SQLite library of a version.

    Versions 3.7.0 to 3.51.2 can lose acknowledged commits when a write-ahead log is reset while two connections write and
    checkpoint; the repair of 3.51.3 was carried back to 3.44.6 and 3.50.7. Where the defect is present, the rollback journal
    with EXTRA is used, which is slower and has lost nothing. Source: SQLite release notes of 3.51.3.
    """
    carried_back = (version[:2] == (3, 44) and version[2] >= 6) or (version[:2] == (3, 50) and version[2] >= 7)
    if version >= (3, 51, 3) or carried_back:
        return WAL_FULL
    return DELETE_EXTRA
