"""The mission document: the area, the clock of the report, the sources, and the settings of linking and publication."""

from __future__ import annotations

from datetime import time
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from truceline.compliance.settings import JudgingSettings
from truceline.incidents.settings import LinkingSettings, ProbabilitySettings
from truceline.values.place import LocalPlane
from truceline.values.source import Source, Value


class Area(Value):
    """The mission's area as a box in degrees; rows outside are stored and flagged, not refused."""

    south: float = Field(ge=-90, le=90)
    west: float = Field(ge=-180, le=180)
    north: float = Field(ge=-90, le=90)
    east: float = Field(ge=-180, le=180)


class Publication(Value):
    """How a report protects the monitors: fixed coarse cells and a delay, never random noise."""

    observer_cell_resolution: int = Field(5, ge=0, le=6, description="H3 resolution at which a watch is shown; 5 is about 250 km2")
    incident_cell_resolution: int = Field(7, ge=0, le=8, description="H3 resolution at which an incident is shown; 7: about 5 km2")
    observer_delay_h: float = Field(24, ge=0, description="A watch is shown on maps no sooner than so many hours after its end")


class Mission(Value):
    """The settings of one mission, kept in git with its agreement."""

    format: Literal["truceline-mission/1"]
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    agreement: str = Field("agreement.yaml", description="The agreement document, relative to the mission's folder")
    places: str = Field("places.csv", description="Named places (name, latitude, longitude, region), relative to the folder")
    time_zone: str = Field(description="IANA name of the zone in which the report tells the time")
    cut_off: time = Field(time(19, 30), description="Local time at which the reporting period ends")
    area: Area
    notices: str = Field("notices.csv", description="Notices of exercises, demining and the like, relative to the folder")
    late_after_h: float = Field(12, ge=0, description="A record received later than so many hours after its period's end is late")
    linking: LinkingSettings = LinkingSettings()
    probability: ProbabilitySettings = ProbabilitySettings()
    judging: JudgingSettings = JudgingSettings()
    publication: Publication = Publication()
    more_probable_than_not: float = Field(0.5, ge=0, lt=1, description="An incident above this probability counts in totals")
    synthetic: bool = Field(False, description="All feeds are made up; every page says so")

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except Exception:
            raise ValueError(f"Expected an IANA time zone such as Europe/Kyiv, found {name!r}.") from None
        return name

    @property
    def plane(self) -> LocalPlane:
        """The plane on which distances between observations are measured: about the middle of the area."""
        return LocalPlane((self.area.south + self.area.north) / 2, (self.area.west + self.area.east) / 2)

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the report tells the time."""
        return ZoneInfo(self.time_zone)


class FeedSettings(Value):
    """The sources of a mission and the mapping files of its tables (`feeds.yaml`)."""

    format: Literal["truceline-feeds/1"]
    sources: tuple[Source, ...] = ()
    mappings: dict[str, str] = Field(default={}, description="Feed name to mapping file, relative to the mission's folder")
