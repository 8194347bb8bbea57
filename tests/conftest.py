"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# No test asserts a time: how long an example takes says something about the machine, not about the behaviour.
settings.register_profile("truceline", deadline=None)
settings.load_profile("truceline")
