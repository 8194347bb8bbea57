"""Reads an agreement with the drawings it names, and finds the agreements that are shipped."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape as shape_of

from truceline.adapters.documents.wording import shown
from truceline.adapters.documents.yaml import Tree, TreePath, read_tree, validated
from truceline.agreement.check import check
from truceline.agreement.document import Agreement, Polygon
from truceline.values.errors import InvalidDocument, Problem

LARGEST_DRAWING_BYTES = 50_000_000
LINES = ("LineString", "MultiLineString")
AREAS = ("Polygon", "MultiPolygon")


@dataclass(frozen=True, slots=True)
class LoadedAgreement:
    """An agreement and what it names: shapely geometries in longitude and latitude, by file name."""

    agreement: Agreement
    geometries: Mapping[str, Any]
    path: Path


def read_agreement(path: Path) -> LoadedAgreement:
    """Read and check an agreement; raises InvalidDocument with every problem of its fields, references and drawings."""
    tree = read_tree(path)
    agreement = validated(tree, Agreement)
    faults = [Problem(tree.where(fault.path), fault.expected, fault.found, fault.next_step) for fault in check(agreement)]
    geometries, problems = _drawings(agreement, tree)
    if faults or problems:
        raise InvalidDocument(*faults, *problems)
    return LoadedAgreement(agreement, geometries, path)


def shipped_agreements() -> list[str]:
    """Ids of the agreements in the library, sorted."""
    return sorted(folder.name for folder in _library().iterdir() if (folder / "agreement.yaml").is_file())


def shipped_agreement_path(name: str) -> Path:
    """Path of a shipped agreement's document."""
    return _library() / name / "agreement.yaml"


def _library() -> Path:
    return Path(str(files("truceline") / "library" / "agreements"))


def _drawings(agreement: Agreement, tree: Tree) -> tuple[dict[str, Any], list[Problem]]:
    geometries: dict[tuple[str, tuple[str, ...]], Any] = {}
    problems = []
    for location, name, kinds in _named_files(agreement):
        if (name, kinds) in geometries:
            continue
        try:
            geometries[name, kinds] = _read_geometry(tree.path.parent, name, kinds)
        except _Unusable as unusable:
            problems.append(Problem(tree.where(location), *unusable.said))
    problems += [Problem(tree.where(location), *said) for location, said in _misdrawn(agreement)]
    return {name: geometry for (name, _), geometry in geometries.items()}, problems


def _named_files(agreement: Agreement) -> Iterator[tuple[TreePath, str, tuple[str, ...]]]:
    for index, line in enumerate(agreement.lines):
        yield ("lines", index, "file"), line.file, LINES
    for index, zone in enumerate(agreement.zones):
        if isinstance(zone.area, Polygon) and zone.area.file:
            yield ("zones", index, "area", "file"), zone.area.file, AREAS


def _misdrawn(agreement: Agreement) -> Iterator[tuple[TreePath, tuple[str, str, str]]]:
    """What is wrong with areas whose corners stand in the document itself."""
    for index, zone in enumerate(agreement.zones):
        if isinstance(zone.area, Polygon) and len(zone.area.coordinates) >= 3:
            corners = [(longitude, latitude) for latitude, longitude in zone.area.coordinates]
            try:
                _sensible(shapely.Polygon(corners), f"zone {zone.id!r}")
            except _Unusable as unusable:
                yield ("zones", index, "area", "coordinates"), unusable.said


class _Unusable(Exception):
    """A drawing that cannot serve: what was expected, what was found, what to do; never leaves this module."""

    def __init__(self, expected: str, found: str, next_step: str) -> None:
        self.said = (expected, found, next_step)
        super().__init__(expected)


def _read_geometry(folder: Path, name: str, kinds: tuple[str, ...]) -> Any:
    """A geometry of one of the kinds, from a file in the folder or below it."""
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise _Unusable("a file inside the document's folder", repr(name), "Move the drawing beside the document.")
        size = path.stat().st_size
        if not path.is_file():
            raise _Unusable(f"the file {name!r}", "something else", "Check the name.")
        if size > LARGEST_DRAWING_BYTES:
            raise _Unusable(f"at most {LARGEST_DRAWING_BYTES:,} bytes in {name}", f"{size:,}", "Simplify the drawing.")
        content = path.read_bytes()
    except (OSError, ValueError, RuntimeError) as error:  # ValueError: a NUL in the name; RuntimeError: links in a circle
        raise _Unusable(f"the file {shown(name)}", str(getattr(error, "strerror", None) or error), "Check the name.") from None
    try:
        return _geometry(json.loads(content), name, kinds)
    except (ValueError, RecursionError):
        raise _Unusable(f"GeoJSON in {name}", "something else", "Export it again.") from None


def _geometry(content: Any, name: str, kinds: tuple[str, ...]) -> Any:
    found = [geometry for geometry in _geometries(content) if isinstance(geometry, dict) and geometry.get("type") in kinds]
    if len(found) != 1:
        raise _Unusable(f"one {' or '.join(kinds)} in {name}", f"{len(found)} of them", "Keep one geometry in the file.")
    if not _finite(found[0].get("coordinates")):
        raise _Unusable(f"finite numbers as coordinates in {name}", "something else", "Export it again.")
    try:
        geometry = shape_of(found[0])
    except Exception:  # shapely raises many kinds for coordinates that are too few or not in pairs
        raise _Unusable(f"coordinates of a {found[0]['type']} in {name}", "something else", "Export it again.") from None
    _sensible(geometry, name)
    return geometry


def _finite(coordinates: Any) -> bool:
    if isinstance(coordinates, list):
        return all(_finite(item) for item in coordinates)
    is_number = isinstance(coordinates, int | float) and not isinstance(coordinates, bool)
    return is_number and abs(coordinates) < math.inf  # NaN is below nothing


def _sensible(geometry: Any, name: str) -> None:
    """Raise if a geometry is not on the globe, has no size, or crosses itself, so that sides and insides are not told apart."""
    west, south, east, north = geometry.bounds if not geometry.is_empty else (math.nan,) * 4
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise _Unusable(f"longitude and latitude in degrees in {name}", f"bounds {geometry.bounds}", "Export it in WGS 84.")
    if geometry.length == 0:
        raise _Unusable(f"points that differ in {name}", "the same point again and again", "Draw it again.")
    if geometry.geom_type in AREAS and not geometry.is_valid:
        raise _Unusable(f"an area that does not cross itself in {name}", shapely.is_valid_reason(geometry), "Redraw it.")
    if geometry.geom_type in LINES and not geometry.is_simple:
        raise _Unusable(f"a line that does not cross itself in {name}", "one that does", "Redraw it: its sides must be told apart.")


def _geometries(content: Any) -> list[Any]:
    """Bare geometries of a GeoJSON document: itself, its feature's or its features'."""
    if not isinstance(content, dict):
        return []
    if content.get("type") == "FeatureCollection":
        features = content.get("features")
        return [item for feature in (features if isinstance(features, list) else []) for item in _geometries(feature)]
    if content.get("type") == "Feature":
        return [content.get("geometry")]
    return [content]
