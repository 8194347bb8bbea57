"""Truceline plans, watches and verifies a ceasefire, and the multinational force that stands behind it."""

__version__ = "0.1.0"
