"""Stores: where records are made durable."""

from truceline.adapters.store.sqlite import SqliteStore

__all__ = ["SqliteStore"]
