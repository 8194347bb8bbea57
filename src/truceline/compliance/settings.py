"""Settings of judging, part of every finding's meaning."""

from __future__ import annotations

from pydantic import Field

from truceline.values.source import Value


class JudgingSettings(Value):
    """From which probability on an incident can be a broken term."""

    broken_from: float = Field(0.8, gt=0.5, le=1, description="Least probability that it happened for a finding 'broken'")
