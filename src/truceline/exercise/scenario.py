"""The settings of a made-up month; the same scenario gives the same bytes."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from truceline.values.source import Value


class Scenario(Value):
    """How much happens, who watches, and how well.

    Everything is drawn from the seed. `mirrored` exchanges the two parties in all that they do, and nothing else.
    """

    seed: int = Field(ge=0)
    first_day: date = Field(date(2026, 3, 1), description="Day on which the first reporting period ends")
    days: int = Field(30, ge=1, description="Reporting periods")
    exchanges_a_day: float = Field(13, gt=0, description="Exchanges of fire a day at the start; they fall to a third by the end")
    flare_up_factor: float = Field(2.2, ge=1, description="How many times more exchanges on the three days of the flare-up")
    hot_spots: int = Field(5, ge=1, description="Places along the line where most exchanges happen")
    cameras: int = Field(8, ge=0)
    acoustic_sensors: int = Field(2, ge=0)
    patrols: int = Field(4, ge=0, description="Patrols a day")
    claims_a_day: float = Field(3, ge=0, description="Allegations a day by each party")
    false_claims: float = Field(0.45, ge=0, le=1, description="Share of a party's allegations that are made up")
    echoes: float = Field(0.35, ge=0, le=1, description="Share of allegations that the party's media repeat")
    field_fires_a_day: float = Field(6, ge=0, description="Fields burnt a day, each seen as one to six hot spots")
    late_share: float = Field(0.03, ge=0, le=1, description="Share of records that arrive one to three days late")
    mirrored: bool = False
