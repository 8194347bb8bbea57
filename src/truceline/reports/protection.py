"""The one place where exact positions become what may be shown: fixed coarse cells, and words about the nearest named place.

A position of monitors or sensors is never shown but as a cell of about 250 km2, and not before its watch ended long enough ago. The
place of an incident is shown as a cell of about 5 km2; its distance and direction from a named place are taken from the middle of
that cell, so that they say no more than the cell does. Cells are fixed, never random: noise is averaged away by asking often.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import h3
import numpy as np
import polars as pl

from truceline.values.place import EARTH, coarse_cell, point_of


@dataclass(frozen=True, slots=True)
class Protection:
    """How coarse and how late: H3 resolutions and a delay in hours."""

    incident_resolution: int = 7
    observer_resolution: int = 5
    observer_delay_h: float = 24.0

    def incident_cell(self, latitude: float, longitude: float) -> str:
        """The cell in which an incident is shown."""
        return coarse_cell(latitude, longitude, self.incident_resolution)

    def observer_cell(self, latitude: float, longitude: float) -> str:
        """The cell in which a monitor or sensor is shown."""
        return coarse_cell(latitude, longitude, self.observer_resolution)

    def watched_cells(self, exposures: pl.DataFrame, now: datetime) -> tuple[str, ...]:
        """Cells of the watches that ended long enough ago, sorted; satellites, which see everything, are left out."""
        limit = now - timedelta(hours=self.observer_delay_h)
        ended = exposures.filter(
            (pl.col("watched_until") <= limit) & (pl.col("observer") != "satellite") & (pl.col("state") == "watching")
        )
        places = ended.select("latitude", "longitude").unique().iter_rows()
        return tuple(sorted({self.observer_cell(latitude, longitude) for latitude, longitude in places}))


def centre_of(cell: str) -> tuple[float, float]:
    """Latitude and longitude of the middle of a cell, rounded to about 100 m."""
    latitude, longitude = h3.cell_to_latlng(cell)
    return round(latitude, 3), round(longitude, 3)


def outline_of(cell: str) -> list[tuple[float, float]]:
    """Corners of a cell as (latitude, longitude), rounded to about 10 m."""
    return [(round(latitude, 4), round(longitude, 4)) for latitude, longitude in h3.cell_to_boundary(cell)]


class Gazetteer:
    """Named places: says where a cell lies in words."""

    def __init__(self, places: pl.DataFrame) -> None:
        self._names = places["name"].to_list()
        self._latitude = places["latitude"].to_numpy()
        self._longitude = places["longitude"].to_numpy()
        self._words: dict[str, str] = {}

    def near(self, cell: str) -> str:
        """Distance and direction of a cell's middle from the nearest named place, e.g. "4 km NE of Alder"."""
        if cell not in self._words:
            self._words[cell] = self.in_words(*centre_of(cell))
        return self._words[cell]

    def in_words(self, latitude: float, longitude: float) -> str:
        """Distance and direction of a point from the nearest named place; the point itself if no place is known."""
        if not self._names:
            return f"{latitude:.2f}, {longitude:.2f}"
        size = len(self._names)
        azimuth, _, metres = EARTH.inv(self._longitude, self._latitude, np.full(size, longitude), np.full(size, latitude))
        nearest = int(np.argmin(metres))
        kilometres = float(metres[nearest]) / 1000
        if kilometres < 1:
            return f"at {self._names[nearest]}"
        return f"{kilometres:.0f} km {point_of(float(azimuth[nearest]) % 360)} of {self._names[nearest]}"
