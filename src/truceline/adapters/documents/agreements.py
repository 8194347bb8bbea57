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
    geometries: dict[str, Any] = {}
    problems = []
    for location, name, kinds in _named_files(agreement):
        if name in geometries:
            continue
        try:
            geometries[name] = _read_geometry(tree.path.parent, name, kinds)
        except ValueError as error:
            expected, found, next_step = error.args
            problems.append(Problem(tree.where(location), expected, found, next_step))
    return geometries, problems


def _named_files(agreement: Agreement) -> Iterator[tuple[TreePath, str, tuple[str, ...]]]:
    for index, line in enumerate(agreement.lines):
        yield ("lines", index, "file"), line.file, LINES
    for index, zone in enumerate(agreement.zones):
        if isinstance(zone.area, Polygon) and zone.area.file:
            yield ("zones", index, "area", "file"), zone.area.file, AREAS


def _read_geometry(folder: Path, name: str, kinds: tuple[str, ...]) -> Any:
    """A geometry of one of the kinds; raises ValueError with what was expected, found, and what to do."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError("a file inside the document's folder", repr(name), "Move the drawing beside the document.")
    try:
        size = path.stat().st_size
        content = json.loads(path.read_bytes()) if size <= LARGEST_DRAWING_BYTES else None
    except OSError as error:
        raise ValueError(f"the file {name}", str(error.strerror), "Check the name.") from None
    except (ValueError, RecursionError):
        raise ValueError(f"GeoJSON in {name}", "something else", "Export it again.") from None
    if content is None:
        raise ValueError(f"at most {LARGEST_DRAWING_BYTES:,} bytes in {name}", f"{size:,}", "Simplify the drawing.")
    return _geometry(content, name, kinds)


def _geometry(content: Any, name: str, kinds: tuple[str, ...]) -> Any:
    found = [geometry for geometry in _geometries(content) if isinstance(geometry, dict) and geometry.get("type") in kinds]
    if len(found) != 1:
        raise ValueError(f"one {' or '.join(kinds)} in {name}", f"{len(found)} of them", "Keep one geometry in the file.")
    try:
        geometry = shape_of(found[0])
    except Exception:  # shapely raises many kinds for coordinates that are not numbers or too few
        raise ValueError(f"coordinates of a {found[0]['type']} in {name}", "something else", "Export it again.") from None
    west, south, east, north = geometry.bounds if not geometry.is_empty else (math.nan,) * 4
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError(f"longitude and latitude in degrees in {name}", f"bounds {geometry.bounds}", "Export it in WGS 84.")
    if found[0]["type"] in AREAS and not geometry.is_valid:
        raise ValueError(f"an area that does not cross itself in {name}", shapely.is_valid_reason(geometry), "Redraw it.")
    return geometry


def _geometries(content: Any) -> list[Any]:
    """Bare geometries of a GeoJSON document: itself, its feature's or its features'."""
    if not isinstance(content, dict):
        return []
    if content.get("type") == "FeatureCollection":
        features = content.get("features")
        return [item for feature in (features if isinstance(features, list) else []) for item in _geometries(feature)]
    if content.get("type") == "Feature":
        return _geometries(content.get("geometry"))
    return [content]
