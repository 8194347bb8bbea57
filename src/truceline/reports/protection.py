"""The one place where exact positions become what may be shown: fixed coarse cells, and words about the nearest named place.

A position of monitors or sensors is never shown but as a cell of about 250 km2, and not before its watch ended long enough ago. The
place of an incident is shown as a cell of about 5 km2; its distance and direction from a named place are taken from the middle of
that cell, so that they say no more than the cell does. Where the event happened to the monitors themselves, or beside them, its
place is theirs and is protected like it. Cells are fixed, never random: noise is averaged away by asking often.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import h3
import numpy as np
import polars as pl

from truceline.values.place import EARTH, coarse_cell, point_of

AT_THE_MONITORS = ("denial of access", "jamming")
"""Conducts that happen where the monitors are: the place of the event is the place of the patrol."""

BESIDE_THE_MONITORS_M = 1000.0
"""An event seen from nearer than this is shown no finer than its observer."""


@dataclass(frozen=True, slots=True)
class Protection:
    """How coarse and how late: H3 resolutions and a delay in hours, reckoned back from the cut-off."""

    incident_resolution: int = 7
    observer_resolution: int = 5
    observer_delay_h: float = 24.0

    def incident_cell(self, latitude: float, longitude: float) -> str:
        """The cell that stands for the place of an incident in everything that leaves the mission."""
        return coarse_cell(latitude, longitude, self.incident_resolution)

    def observer_cell(self, latitude: float, longitude: float) -> str:
        """The cell that stands for the position of a monitor or sensor in everything that leaves the mission."""
        return coarse_cell(latitude, longitude, self.observer_resolution)

    def incident_cells(self, incidents: pl.DataFrame, cut_off: datetime) -> list[str]:
        """The cell in which each incident is shown, empty where only its sector may be named.

        Parameters
        ----------
        incidents
            Columns latitude, longitude, conduct, latest, and beside_monitors (whether a monitor saw it from near by).
        """
        limit = cut_off - timedelta(hours=self.observer_delay_h)
        columns = ("latitude", "longitude", "conduct", "latest", "beside_monitors")
        return [
            (
                (self.observer_cell(latitude, longitude) if latest <= limit else "")
                if conduct in AT_THE_MONITORS
                else (self.observer_cell if beside else self.incident_cell)(latitude, longitude)
            )
            for latitude, longitude, conduct, latest, beside in incidents.select(columns).iter_rows()
        ]

    def observer_cells(self, exposures: pl.DataFrame, cut_off: datetime) -> list[str]:
        """The cell in which the observer of each watch is shown, empty before its watch ended long enough ago."""
        limit = cut_off - timedelta(hours=self.observer_delay_h)
        return [
            self.observer_cell(latitude, longitude) if until <= limit else ""
            for latitude, longitude, until in exposures.select("latitude", "longitude", "watched_until").iter_rows()
        ]

    def watched_cells(self, exposures: pl.DataFrame, cut_off: datetime) -> tuple[str, ...]:
        """Cells of the watches that may be shown, sorted; satellites, which see everything, are left out."""
        watching = exposures.filter((pl.col("observer") != "satellite") & (pl.col("state") == "watching"))
        return tuple(sorted({cell for cell in self.observer_cells(watching, cut_off) if cell}))


def beside_monitors(members: pl.DataFrame) -> pl.Series:
    """Ids of incidents that a monitor saw from so near that the event's place is as good as the monitor's.

    Parameters
    ----------
    members
        Columns incident_id, latitude, longitude, observer_latitude and observer_longitude of their observations.
    """
    from_somewhere = members.drop_nulls(["latitude", "longitude", "observer_latitude", "observer_longitude"])
    longitude, latitude = from_somewhere["longitude"].to_numpy(), from_somewhere["latitude"].to_numpy()
    observers = from_somewhere["observer_longitude"].to_numpy(), from_somewhere["observer_latitude"].to_numpy()
    _, _, metres = EARTH.inv(longitude, latitude, *observers)
    near = pl.Series(np.asarray(metres, float) < BESIDE_THE_MONITORS_M, dtype=pl.Boolean)
    return from_somewhere.filter(near)["incident_id"].unique()


def centre_of(cell: str) -> tuple[float, float]:
    """Latitude and longitude of the middle of a cell, rounded to about 10 m."""
    latitude, longitude = h3.cell_to_latlng(cell)
    return round(latitude, 4), round(longitude, 4)


def outline_of(cell: str) -> list[tuple[float, float]]:
    """Corners of a cell as (latitude, longitude), rounded to about 10 m, counterclockwise."""
    return [(round(latitude, 4), round(longitude, 4)) for latitude, longitude in h3.cell_to_boundary(cell)]


def area_km2(resolution: int) -> float:
    """Mean area of a cell in km2."""
    return float(h3.average_hexagon_area(resolution, unit="km^2"))


class Gazetteer:
    """Named places: says where a cell lies in words."""

    def __init__(self, places: pl.DataFrame) -> None:
        self._names = places["name"].to_list()
        self._latitude = places["latitude"].to_numpy()
        self._longitude = places["longitude"].to_numpy()
        self._words: dict[str, str] = {}

    def near(self, cell: str) -> str:
        """Distance and direction of a cell's middle from the nearest named place, e.g. "4 km NE of Alder"; empty for no cell."""
        if cell and cell not in self._words:
            self._words[cell] = self.in_words(*centre_of(cell))
        return self._words.get(cell, "")

    def in_words(self, latitude: float, longitude: float) -> str:
        """Distance and direction of a point from the nearest named place; the point itself, coarsely, if no place is known."""
        if not self._names:
            return f"{latitude:.2f}, {longitude:.2f}"
        size = len(self._names)
        azimuth, _, metres = EARTH.inv(self._longitude, self._latitude, np.full(size, longitude), np.full(size, latitude))
        nearest = int(np.argmin(metres))
        kilometres = float(metres[nearest]) / 1000
        if kilometres < 1:
            return f"at {self._names[nearest]}"
        return f"{kilometres:.0f} km {point_of(float(azimuth[nearest]) % 360)} of {self._names[nearest]}"
