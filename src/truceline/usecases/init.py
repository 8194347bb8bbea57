"""The files of a new mission: settings with their meaning beside them, sources to grade, an empty list of notices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from truceline.agreement.document import Agreement
from truceline.compliance.evidence import NOTICE

MARGIN_DEG = 1.0
"""How far a new mission's area reaches beyond the agreement's lines, degrees; the user narrows or widens it."""


def mission_files(agreement: Agreement, geometries: Mapping[str, Any], mission_id: str) -> dict[str, str]:
    """Name and text of each file that a new mission folder holds beside the agreement itself.

    Parameters
    ----------
    geometries
        Shapely geometries in longitude and latitude by name; the mission's area is their box and a margin.
    """
    return {
        "mission.yaml": _mission_text(agreement, geometries, mission_id),
        "feeds.yaml": FEEDS_TEXT,
        "notices.csv": ",".join(NOTICE.schema) + "\n",
        ".gitignore": ".truceline/\nreports/\n",
    }


def _mission_text(agreement: Agreement, geometries: Mapping[str, Any], mission_id: str) -> str:
    boxes = [geometry.bounds for geometry in geometries.values()] or [(-180.0, -90.0, 180.0, 90.0)]
    west, south = (min(box[axis] for box in boxes) - MARGIN_DEG for axis in (0, 1))
    east, north = (max(box[axis] for box in boxes) + MARGIN_DEG for axis in (2, 3))
    return f"""\
format: truceline-mission/1
id: {mission_id}
title: {agreement.title}
agreement: agreement.yaml
time_zone: {agreement.time_zone}   # the report tells the time in this zone
cut_off: "19:30"   # local time at which the reporting period ends
area:   # rows outside are stored and flagged, not refused
  south: {max(south, -90):.2f}
  west: {max(west, -180):.2f}
  north: {min(north, 90):.2f}
  east: {min(east, 180):.2f}
# linking, probability, judging and publication have stated defaults; the settings page of the reference lists them
"""


FEEDS_TEXT = """\
format: truceline-feeds/1
# Each source with its Admiralty grade. Reliability belongs to the source (A to F), credibility to the single report (1 to 6).
# A source that only repeats another names it as its origin: together they are one witness.
sources:
  - {id: firms/viirs-snpp, title: VIIRS on Suomi NPP, kind: satellite, reliability: A}
  - {id: firms/viirs-noaa20, title: VIIRS on NOAA-20, kind: satellite, reliability: A}
  - {id: firms/viirs-noaa21, title: VIIRS on NOAA-21, kind: satellite, reliability: A}
  - {id: firms/modis-terra, title: MODIS on Terra, kind: satellite, reliability: A}
  - {id: firms/modis-aqua, title: MODIS on Aqua, kind: satellite, reliability: A}
  - {id: firms/unknown, title: FIRMS without the satellite's name, kind: satellite, reliability: B}
  - {id: eyes-on-russia, title: Eyes on Russia, kind: organisation, reliability: B}
mappings: {}   # tables of your own: name of the feed to its mapping file
"""
