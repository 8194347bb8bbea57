"""The documents of the demonstration mission: settings, sources with their grades, and the mapping of the parties' claims."""

MISSION_TEXT = """\
format: truceline-mission/1
id: demo-mission
title: Demonstration mission (fictional)
agreement: agreement.yaml
time_zone: Atlantic/Azores
cut_off: "19:30"
area: {south: 44.4, west: -31.2, north: 45.6, east: -28.8}
synthetic: true
"""

_SOURCE = "  - {{id: {id}, title: {title}, kind: {kind}, reliability: {reliability}{more}}}\n"


def feeds_text(cameras: int, acoustic_sensors: int, patrols: int) -> str:
    """The mission's feeds.yaml: who reports, with which grade; the parties' media repeat their party."""
    sources = [(f"camera-{number + 1}", f"Camera {number + 1}", "camera", "A", "") for number in range(cameras)]
    sources += [
        (f"acoustic-{number + 1}", f"Acoustic sensor {number + 1}", "acoustic", "A", "") for number in range(acoustic_sensors)
    ]
    sources += [(f"patrol-{number + 1}", f"Patrol {number + 1}", "patrol", "A", "") for number in range(patrols)]
    sources += [
        ("mission-uav", "Uncrewed aircraft of the mission", "uav", "A", ""),
        ("firms/viirs-snpp", "VIIRS on Suomi NPP", "satellite", "A", ""),
        ("firms/viirs-noaa20", "VIIRS on NOAA-20", "satellite", "A", ""),
    ]
    for party, name in (("north", "Northern Party"), ("south", "Southern Party")):
        sources.append((f"{party}-claims", f"Claims of the {name}", "party", "D", f", party: {party}"))
        sources.append((f"{party}-media", f"Media of the {name}", "media", "D", f", party: {party}, origin: {party}-claims"))
    rows = [_SOURCE.format(id=a, title=b, kind=c, reliability=d, more=e) for a, b, c, d, e in sources]
    return "format: truceline-feeds/1\nsources:\n" + "".join(rows) + "mappings: {claims: claims.mapping.yaml}\n"


CLAIMS_MAPPING_TEXT = """\
format: truceline-mapping/1
feed: claims
fields:
  reference: {column: id}
  source: {column: claimant}
  occurred_from: {column: from}
  occurred_until: {column: until}
  latitude: {column: lat}
  longitude: {column: lon}
  uncertainty_m: {column: accuracy_km, unit: km}
  kind: {column: what, values: {shelling: explosion}}
  count: {column: number}
  means: {constant: reported}
  claimed_party: {column: accused}
  credibility: {constant: 3}
  text: {column: text}
"""
