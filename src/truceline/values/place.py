"""Place with an uncertainty, sixteen-point bearings, and the fixed coarse cells in which monitors are shown."""

from __future__ import annotations

from dataclasses import dataclass

import h3
import numpy as np
import numpy.typing as npt
from pyproj import Geod, Transformer

EARTH = Geod(ellps="WGS84")

COMPASS_POINTS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")
"""The sixteen points in order from north, clockwise; each stands for 22.5 degrees."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Place:
    """A point on WGS 84 known to within `uncertainty_m` metres (68 % of the time inside that radius)."""

    latitude: float
    longitude: float
    uncertainty_m: float = 0.0

    def __post_init__(self) -> None:
        if not -90 <= self.latitude <= 90:
            raise ValueError(f"Expected -90 <= latitude <= 90, found {self.latitude}.")
        if not -180 <= self.longitude <= 180:
            raise ValueError(f"Expected -180 <= longitude <= 180, found {self.longitude}.")
        if not self.uncertainty_m >= 0:
            raise ValueError(f"Expected uncertainty_m >= 0, found {self.uncertainty_m}.")


def bearing_of(point: str) -> float:
    """Degrees clockwise from north of a sixteen-point bearing such as "WNW"; raises ValueError for any other word."""
    try:
        return COMPASS_POINTS.index(point.strip().upper()) * 22.5
    except ValueError:
        raise ValueError(f"Expected one of {', '.join(COMPASS_POINTS)}, found {point!r}.") from None


def point_of(bearing_deg: float) -> str:
    """Return the sixteen-point bearing nearest to an angle in degrees clockwise from north."""
    return COMPASS_POINTS[round(bearing_deg / 22.5) % 16]


def seen_from(position: Place, bearing_deg: float, near_m: float, far_m: float, sector_deg: float = 22.5) -> Place:
    """Place of an event reported at a distance band and bearing from a position.

    The centre is the middle of the band on the bearing. The uncertainty joins the position's own, half the band and half the
    arc of the sector at that distance, as independent errors: each is read as a 95 % half width and halved to one sigma.
    """
    distance_m = (near_m + far_m) / 2
    longitude, latitude, _ = EARTH.fwd(position.longitude, position.latitude, bearing_deg, distance_m)
    along = (far_m - near_m) / 2 / 2
    across = distance_m * float(np.deg2rad(sector_deg / 2)) / 2
    uncertainty = float(np.hypot(np.hypot(along, across), position.uncertainty_m))
    return Place(latitude, longitude, uncertainty)


class LocalPlane:
    """A transverse Mercator plane around one point: metres east and north, true to 1 in 1,000 within 250 km of it."""

    def __init__(self, latitude: float, longitude: float) -> None:
        definition = f"+proj=tmerc +lat_0={latitude:.6f} +lon_0={longitude:.6f} +k=1 +ellps=WGS84 +units=m"
        self._forward = Transformer.from_crs("EPSG:4326", definition, always_xy=True)

    def to_metres(self, latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
        """Metres east and north of the centre, each of shape (n,)."""
        east, north = self._forward.transform(np.asarray(longitude, float), np.asarray(latitude, float))
        return np.asarray(east, float), np.asarray(north, float)

    def to_degrees(self, east: Floats, north: Floats) -> tuple[Floats, Floats]:
        """Latitude and longitude in degrees, each of shape (n,)."""
        longitude, latitude = self._forward.transform(np.asarray(east, float), np.asarray(north, float), direction="INVERSE")
        return np.asarray(latitude, float), np.asarray(longitude, float)


def coarse_cell(latitude: float, longitude: float, resolution: int = 5) -> str:
    """Name of the fixed H3 cell (resolution 5: about 250 km2) in which a protected position may be shown.

    The cell is fixed, never random: noise around the true position would be averaged away by asking often enough.
    """
    return str(h3.latlng_to_cell(latitude, longitude, resolution))
