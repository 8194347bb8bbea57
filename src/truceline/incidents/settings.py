"""Settings of linking and of probability: stated defaults that a mission may change, part of every result."""

from __future__ import annotations

from pydantic import Field

from truceline.values.source import Value


class LinkingSettings(Value):
    """When observations may be of one incident.

    Components of the link graph only propose candidates; `longest_duration_h` and `largest_extent_km` bound an incident, or a
    busy month on a long line would become one.
    """

    longest_gap_min: float = Field(30, gt=0, description="Longest silence inside one incident, minutes, beyond the time precision")
    largest_gap_km: float = Field(2.0, gt=0, description="Largest distance between neighbours, km, beyond the place uncertainty")
    longest_duration_h: float = Field(6, gt=0, description="Longest incident, hours")
    largest_extent_km: float = Field(6, gt=0, description="Largest incident, km across")
    vague_after_h: float = Field(3, gt=0, description="Reports less precise in time than this never chain others together, hours")


class ProbabilitySettings(Value):
    """Stated prior: how probable it is that a single report of a grade is true.

    The probability of a report is the mean of its source's and its own grade on the log-odds scale. These are conventions of
    the mission, not measurements; they may be replaced by figures learnt from adjudicated cases only.
    """

    by_reliability: dict[str, float] = Field(
        default={"A": 0.99, "B": 0.90, "C": 0.70, "D": 0.35, "E": 0.20, "F": 0.50},
        description="Probability that a report is true, by reliability of the source",
    )
    by_credibility: dict[str, float] = Field(
        default={"1": 0.99, "2": 0.90, "3": 0.60, "4": 0.35, "5": 0.10, "6": 0.50},
        description="Probability that a report is true, by credibility of the report",
    )
    heat_alone: float = Field(
        0.03, gt=0, lt=1, description="Probability that a hot spot without other witness is conflict-related; most are field fires"
    )
    base_rate: float = Field(0.5, gt=0, lt=1, description="Probability against which each further independent witness counts")
    silence_floor: float = Field(
        0.15, gt=0, le=1, description="Least factor on the odds for all watchers together that should have noticed and did not"
    )
