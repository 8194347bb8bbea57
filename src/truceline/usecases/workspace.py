"""An opened mission: its documents, its ground, its store and its clock, as the use cases need them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from truceline.agreement.document import Agreement
from truceline.agreement.geography import Geography
from truceline.usecases.mission import Mission
from truceline.usecases.ports import Clock, Store
from truceline.values.errors import InvalidRequest, Problem
from truceline.values.place import EARTH
from truceline.values.source import Source


@dataclass(frozen=True, slots=True)
class Workspace:
    """One mission folder, opened.

    `places` has the columns name, latitude, longitude and region; `notices` those of NOTICE.
    """

    folder: Path
    mission: Mission
    agreement: Agreement
    geography: Geography
    sources: Mapping[str, Source]
    places: pl.DataFrame
    notices: pl.DataFrame
    store: Store
    clock: Clock

    def place(self, name: str) -> tuple[float, float]:
        """Latitude and longitude of a named place, whatever the case of its letters.

        Raises InvalidRequest when the mission does not know it, with the nearest spellings.
        """
        known = self.places["name"].to_list()
        for row in self.places.iter_rows(named=True):
            if row["name"].casefold() == name.strip().casefold():
                return row["latitude"], row["longitude"]
        alike = [place for place in known if place.casefold().startswith(name.strip().casefold()[:3])]
        raise InvalidRequest(
            Problem(
                where=str(self.folder / self.mission.places),
                expected="a place that the mission knows",
                found=repr(name),
                next_step=f"Did you mean {', '.join(alike[:5])}?"
                if alike
                else "Add it to the file, or give --at LATITUDE,LONGITUDE.",
            )
        )


def kilometres_from(latitude: float, longitude: float, frame: pl.DataFrame) -> pl.Series:
    """Distance in km of each row's latitude and longitude from a point, on the ellipsoid."""
    size = frame.height
    _, _, metres = EARTH.inv(
        np.full(size, longitude), np.full(size, latitude), frame["longitude"].to_numpy(), frame["latitude"].to_numpy()
    )
    return pl.Series("distance_km", np.asarray(metres, dtype=float) / 1000, dtype=pl.Float64)
