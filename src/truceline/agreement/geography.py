"""The ground of an agreement: lines, sectors and zones, asked with arrays of places; 'cannot be told' is an answer.

An answer is sure only where the place lies farther from an edge than the edge's stated accuracy and twice the place's own
uncertainty (68 % radius), so about 95 % of what the report may stand for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from truceline.agreement.document import Agreement, Band, Disc, LineVersion, Polygon, Settlements, Zone
from truceline.agreement.lines import DrawnLine, Floats, Nearest
from truceline.values.place import LocalPlane

Objects = npt.NDArray[np.object_]
Membership = npt.NDArray[np.int8]
INSIDE, OUTSIDE, CANNOT_BE_TOLD = 1, 0, -1
SIGMAS = 2.0


class Geography:
    """The lines, sectors and zones of one agreement.

    Parameters
    ----------
    agreement
        The document.
    geometries
        Shapely geometries in longitude and latitude, by the file name that the document gives them.
    """

    def __init__(self, agreement: Agreement, geometries: Mapping[str, Any]) -> None:
        self._agreement = agreement
        self._geometries = geometries
        self._lines = {line.id: line for line in agreement.lines}
        self._zones = {zone.id: zone for zone in agreement.zones}
        self._sectors = {sector.id: sector for sector in agreement.sectors}
        self._plane = LocalPlane(*_centre(agreement, geometries))
        self._drawn = {line.id: DrawnLine(self._parts(geometries[line.file])) for line in agreement.lines}

    def length_km(self, line: str) -> float:
        """Length of a line in km."""
        return self._drawn[line].length_m / 1000

    def signed_distance_km(self, line: str, latitude: Floats, longitude: Floats) -> Floats:
        """Distance to a line in km, shape (n,), positive on its left."""
        return self._nearest(line, latitude, longitude).signed_m / 1000

    def margin_km(self, line: str, latitude: Floats, longitude: Floats) -> Floats:
        """Distance in km from where the sides of a line change, shape (n,): less than the distance only past the line's ends."""
        return self._nearest(line, latitude, longitude).margin_m / 1000

    def chainage_km(self, line: str, latitude: Floats, longitude: Floats) -> Floats:
        """Distance in km along a line of the spot nearest to each place, shape (n,)."""
        return self._nearest(line, latitude, longitude).along_m / 1000

    def sector(self, latitude: Floats, longitude: Floats) -> Objects:
        """Sector of each place, shape (n,); None outside all of them."""
        found = np.full(len(latitude), None, dtype=object)
        for sector in self._agreement.sectors:
            nearest = self._nearest(sector.line, latitude, longitude)
            last = sector.until_km * 1000 >= self._drawn[sector.line].length_m
            before_end = (nearest.along_m < sector.until_km * 1000) | last
            inside = (nearest.along_m >= sector.from_km * 1000) & before_end & (np.abs(nearest.signed_m) <= sector.depth_km * 1000)
            found[inside & (found == None)] = sector.id  # noqa: E711  elementwise on objects
        return found

    def holder(self, latitude: Floats, longitude: Floats, uncertainty_m: Floats, at: Any) -> Objects:
        """Party that holds the ground at each place and time, shape (n,).

        None where the place is too near to the line to tell, where the versions of the line in force then disagree, and where no
        line was in force.

        Parameters
        ----------
        at
            datetime64 in UTC, shape (n,).
        """
        at = np.asarray(at, dtype="datetime64[us]")
        holder = np.full(len(latitude), None, dtype=object)
        told, sure = np.zeros(len(latitude), bool), np.ones(len(latitude), bool)
        for line in self._agreement.lines:
            if line.measuring_only:
                continue
            standing = _stands(line, at)
            nearest = self._nearest(line.id, latitude, longitude)
            clear = nearest.margin_m > line.accuracy_km * 1000 + _doubt_m(uncertainty_m)  # never where one of them is not known
            party = np.where(nearest.signed_m >= 0, line.left, line.right).astype(object)
            sure &= ~standing | (clear & (~told | (holder == party)))
            holder[standing] = party[standing]
            told |= standing
        holder[~(sure & told)] = None
        return holder

    def membership(
        self,
        zone_id: str,
        party: Objects,
        latitude: Floats,
        longitude: Floats,
        uncertainty_m: Floats,
        at: Any,
        *,
        distance_km: Floats | None = None,
        held_by: Objects | None = None,
        zone: Objects | None = None,
    ) -> Membership:
        """Whether each place lies in a zone: 1 inside, 0 outside, -1 cannot be told; shape (n,).

        Parameters
        ----------
        party
            Party that acts, None where it is not known: then every party's version must give the same answer.
        distance_km, held_by, zone
            Inputs that stand instead of measuring, where they are given: distance from the line, holder of the ground, zone.
            A given distance of unknown uncertainty counts as exact; a place of unknown uncertainty cannot be told.
        """
        size = len(latitude)
        place = _Places(
            latitude=np.asarray(latitude, float),
            longitude=np.asarray(longitude, float),
            doubt_m=_doubt_m(uncertainty_m),
            at=np.asarray(at, dtype="datetime64[us]"),
            distance_km=np.full(size, np.nan) if distance_km is None else np.asarray(distance_km, float),
            held_by=np.full(size, None, object) if held_by is None else np.asarray(held_by, object),
        )
        area = self._zones[zone_id].area
        if isinstance(area, Band):
            answer = self._in_band(area, np.asarray(party, object), place)
        else:
            answer = self._in_shape(self._zones[zone_id], place)
        if zone is not None:
            named = np.asarray(zone, object)
            given = (named != None).astype(bool)  # noqa: E711  elementwise on objects
            answer = np.where(given, np.where(named == zone_id, INSIDE, OUTSIDE), answer)
        return answer.astype(np.int8)

    def beside(self, line: str, along_km: Floats, offset_km: Floats) -> tuple[Floats, Floats]:
        """Latitude and longitude of points at distances along a line, moved to its left by offsets, each of shape (n,)."""
        return self._plane.to_degrees(*self._drawn[line].beside(along_km * 1000, offset_km * 1000))

    def sector_strip(
        self, sector_id: str, spacing_km: float = 1.0, offsets_km: Sequence[float] = (-2.5, 0.0, 2.5)
    ) -> tuple[Floats, Floats]:
        """Latitude and longitude of sample points along a sector's stretch of the line, moved to both sides by offsets."""
        sector = self._sectors[sector_id]
        line = self._drawn[sector.line]
        end_m = min(sector.until_km * 1000, line.length_m)
        along = np.arange(sector.from_km * 1000 + spacing_km * 500, end_m, spacing_km * 1000)
        moved = [line.beside(along, np.full(len(along), offset * 1000)) for offset in offsets_km]
        return self._plane.to_degrees(np.concatenate([east for east, _ in moved]), np.concatenate([north for _, north in moved]))

    def zone_outline(self, zone_id: str) -> list[Floats]:
        """Rings of (latitude, longitude) of a zone that is not a band, for the map; empty for a band."""
        if isinstance(self._zones[zone_id].area, Band):
            return []
        shape = self._shapes[zone_id]
        rings = [part.exterior for part in getattr(shape, "geoms", [shape])]
        return [np.column_stack(self._plane.to_degrees(*np.asarray(ring.coords, float).T)) for ring in rings]

    def line_points(self, line: str) -> list[Floats]:
        """Vertices of a line as arrays of (latitude, longitude), one for each part."""
        return [np.asarray(part.coords, float)[:, 1::-1] for part in _line_parts(self._geometries[self._lines[line].file])]

    def _nearest(self, line: str, latitude: Floats, longitude: Floats) -> Nearest:
        east, north = self._plane.to_metres(latitude, longitude)
        return self._drawn[line].nearest(east, north)

    def _parts(self, geometry: Any) -> list[Floats]:
        coordinates = [np.asarray(part.coords, float) for part in _line_parts(geometry)]
        return [np.column_stack(self._plane.to_metres(part[:, 1], part[:, 0])) for part in coordinates]

    def _in_band(self, band: Band, party: Objects, place: _Places) -> Membership:
        """The band as each acting party measures it; where the party is not known, all must agree."""
        parties = [known.id for known in self._agreement.parties]
        by_party = {name: self._in_band_of(band, name, place) for name in parties}
        answers = np.stack([by_party[name] for name in parties])
        agreed = (answers == answers[0]).all(axis=0)
        answer = np.where(agreed, answers[0], CANNOT_BE_TOLD)
        for name in parties:
            answer = np.where(party == name, by_party[name], answer)
        return answer

    def _in_band_of(self, band: Band, party: str, place: _Places) -> Membership:
        """Whether each place lies from the band's nearer edge (included) to its farther one (excluded), as the party measures."""
        line_id = band.measured_from.get(party) or band.measured_from.get("all")
        if line_id is None:
            return np.full(len(place.latitude), OUTSIDE, np.int8)  # the band asks nothing of this party
        line = self._lines[line_id]
        nearest = self._nearest(line_id, place.latitude, place.longitude)
        given = np.isfinite(place.distance_km)
        away = np.where(given, place.distance_km, np.abs(nearest.signed_m) / 1000)
        given_doubt_m = np.where(np.isfinite(place.doubt_m), place.doubt_m, 0.0)
        doubt = np.where(given, given_doubt_m, place.doubt_m + line.accuracy_km * 1000) / 1000
        inside = ((away >= band.from_km + doubt) | (band.from_km == 0)) & (away < band.until_km - doubt)
        outside = (away >= band.until_km + doubt) | (away < band.from_km - doubt)
        if band.side == "own":
            held_by_known = (place.held_by != None).astype(bool)  # noqa: E711  elementwise on objects
            side_known = held_by_known | (~given & (nearest.margin_m / 1000 > doubt))
            holder = np.where(held_by_known, place.held_by, np.where(nearest.signed_m >= 0, line.left, line.right))
            own = (holder == party).astype(bool)
            outside |= side_known & ~own
            inside &= side_known & own
        told = np.isfinite(away) & (given | _stands(line, place.at))
        return np.where(told & outside, OUTSIDE, np.where(told & inside, INSIDE, CANNOT_BE_TOLD)).astype(np.int8)

    def _in_shape(self, zone: Zone, place: _Places) -> Membership:
        east, north = self._plane.to_metres(place.latitude, place.longitude)
        known = np.isfinite(east) & np.isfinite(north)
        shape = self._shapes[zone.id]
        points = shapely.points(np.where(known, east, 0.0), np.where(known, north, 0.0))
        within = shapely.contains_xy(shape, np.where(known, east, 0.0), np.where(known, north, 0.0))
        edge_m = shapely.distance(points, shapely.boundary(shape))
        accuracy_km = getattr(zone.area, "accuracy_km", 0.0)
        sure = known & (edge_m > place.doubt_m + accuracy_km * 1000)
        return np.where(sure, np.where(within, INSIDE, OUTSIDE), CANNOT_BE_TOLD).astype(np.int8)

    @cached_property
    def _shapes(self) -> dict[str, Any]:
        """Zones that are not bands, as prepared shapes on the plane, metres."""
        shapes = {zone.id: self._shape(zone) for zone in self._agreement.zones if not isinstance(zone.area, Band)}
        for shape in shapes.values():
            shapely.prepare(shape)
        return shapes

    def _shape(self, zone: Zone) -> Any:
        area = zone.area
        if isinstance(area, Disc):
            return self._disc(area.latitude, area.longitude, area.radius_km)
        if isinstance(area, Settlements):
            return shapely.union_all([self._disc(at.latitude, at.longitude, at.radius_km + area.near_km) for at in area.places])
        if isinstance(area, Polygon):
            drawn = self._geometries[area.file] if area.file else shapely.Polygon([(lon, lat) for lat, lon in area.coordinates])
            return shapely.transform(drawn, lambda lonlat: np.column_stack(self._plane.to_metres(lonlat[:, 1], lonlat[:, 0])))
        raise TypeError(f"a zone of shape {area.shape!r} has no outline")

    def _disc(self, latitude: float, longitude: float, radius_km: float) -> Any:
        east, north = self._plane.to_metres(np.array([latitude]), np.array([longitude]))
        return shapely.Point(float(east[0]), float(north[0])).buffer(radius_km * 1000, quad_segs=32)


class _Places:
    """Places and times that a zone is asked about, each of shape (n,)."""

    __slots__ = ("at", "distance_km", "doubt_m", "held_by", "latitude", "longitude")

    def __init__(
        self, *, latitude: Floats, longitude: Floats, doubt_m: Floats, at: Any, distance_km: Floats, held_by: Objects
    ) -> None:
        self.latitude, self.longitude, self.doubt_m, self.at = latitude, longitude, doubt_m, at
        self.distance_km, self.held_by = distance_km, held_by


def _doubt_m(uncertainty_m: Floats) -> Floats:
    """How far in metres a place may lie from where it is reported, shape (n,); without bound where that is not known."""
    doubt_m = SIGMAS * np.asarray(uncertainty_m, float)
    return np.where(np.isnan(doubt_m), np.inf, doubt_m)


def _stands(line: LineVersion, at: Any) -> npt.NDArray[np.bool_]:
    """Whether a version of the line stands at each instant, shape (n,)."""
    begins = np.datetime64(line.in_force_from.astimezone(UTC).replace(tzinfo=None), "us")
    standing = at >= begins
    if line.in_force_until is not None:
        standing &= at < np.datetime64(line.in_force_until.astimezone(UTC).replace(tzinfo=None), "us")
    return np.asarray(standing, dtype=bool)


def _line_parts(geometry: Any) -> list[Any]:
    return list(getattr(geometry, "geoms", [geometry]))


def _centre(agreement: Agreement, geometries: Mapping[str, Any]) -> tuple[float, float]:
    """Latitude and longitude about which distances are truest: the middle of all that is drawn."""
    boxes = [geometry.bounds for geometry in geometries.values()]
    for zone in agreement.zones:
        area = zone.area
        if isinstance(area, Disc):
            boxes.append((area.longitude, area.latitude) * 2)
        elif isinstance(area, Settlements):
            boxes.extend((at.longitude, at.latitude) * 2 for at in area.places)
        elif isinstance(area, Polygon):
            boxes.extend((longitude, latitude) * 2 for latitude, longitude in area.coordinates)
    if not boxes:
        return 0.0, 0.0
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    return (south + north) / 2, (west + east) / 2
