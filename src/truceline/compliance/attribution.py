"""Who is responsible: a party, or 'undetermined'; from evidence of origin, never from which side was hit.

Three kinds of evidence count, each only when a monitor of the mission is among the witnesses; claims never do:

- *presence*: a weapon, work, movement or denial of access on ground that one party surely holds;
- *outgoing*: fire assessed as outgoing, on ground that one party surely holds;
- *direction*: a bearing from which the fire came, when every place on it from which a weapon of that class could have fired lies
  on one party's ground.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from truceline.compliance.tables import UNDETERMINED
from truceline.values.place import EARTH
from truceline.values.vocabulary import REACH_KM

PRESENCE_CONDUCTS = ("weapons", "movement", "fortification", "denial of access", "mines")
BEARING_MARGIN_DEG = 22.5
"""A bearing is read with at least one sixteen-point step of doubt to either side."""
STEPS_ON_BEARING = 9

Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]


class GroundHolder(Protocol):
    """Knows which party surely holds a place at a time."""

    def holder(self, latitude: Floats, longitude: Floats, uncertainty_m: Floats, at: Any) -> Objects:
        """Party ids of shape (n,), None where it cannot be told."""


def attribute(incidents: pl.DataFrame, ground: GroundHolder) -> pl.DataFrame:
    """Return `responsible` and `attribution` (the evidence in words) for each incident, in its order.

    Parameters
    ----------
    incidents
        Frame of INCIDENT columns, shape (n, ...).
    ground
        Answers who holds a place; a place within the line's accuracy has no holder.
    """
    holder = ground.holder(*_place(incidents), incidents["earliest"].to_numpy())
    monitored = incidents["monitors"].to_numpy() > 0
    conduct = incidents["conduct"].cast(pl.String).to_numpy()
    outgoing = (incidents["assessment"].cast(pl.String) == "outgoing").fill_null(False).to_numpy()
    present = monitored & np.isin(conduct.astype(str), PRESENCE_CONDUCTS)
    fired_here = monitored & (conduct == "fire") & outgoing
    fired_from = _party_on_bearing(incidents, ground, monitored & (conduct == "fire") & ~outgoing)

    responsible = np.full(incidents.height, UNDETERMINED, dtype=object)
    evidence = np.full(incidents.height, "no evidence of origin", dtype=object)
    for rows, sentence in (
        (present, "seen by monitors on ground held by"),
        (fired_here, "outgoing fire from ground held by"),
    ):
        for row in np.flatnonzero(rows & (holder != None)):  # noqa: E711  elementwise on objects
            responsible[row], evidence[row] = holder[row], f"{sentence} {holder[row]}"
        unclear = rows & (holder == None)  # noqa: E711  elementwise on objects
        evidence[unclear] = "too near to the line to tell whose ground it is"
    for index, party in fired_from.items():
        responsible[index], evidence[index] = party, f"every place it can have been fired from is ground held by {party}"
    return pl.DataFrame(
        {"responsible": responsible.tolist(), "attribution": evidence.tolist()},
        schema_overrides={"responsible": pl.String, "attribution": pl.String},
    )


def _place(frame: pl.DataFrame) -> tuple[Floats, Floats, Floats]:
    return tuple(frame[name].to_numpy().astype(float) for name in ("latitude", "longitude", "uncertainty_m"))  # type: ignore[return-value]


def _party_on_bearing(incidents: pl.DataFrame, ground: GroundHolder, asked: npt.NDArray[np.bool_]) -> dict[int, str]:
    """Party that holds all ground on the bearing within the weapon's reach, by row; rows that cannot be told are left out."""
    weapon = incidents["weapon"].cast(pl.String).fill_null("").to_numpy()
    asked = asked & incidents["direction_from_deg"].is_not_null().to_numpy() & np.isin(weapon.astype(str), list(REACH_KM))
    rows = np.flatnonzero(asked)
    if not len(rows):
        return {}
    latitude, longitude, uncertainty = (values[rows] for values in _place(incidents))
    bearing = incidents["direction_from_deg"].to_numpy()[rows]
    spread = incidents["direction_spread_deg"].fill_null(0.0).to_numpy()[rows]
    margin = np.maximum(spread, BEARING_MARGIN_DEG)
    reach = np.array([REACH_KM[name] for name in weapon[rows]])
    share = np.linspace(0, 1, STEPS_ON_BEARING)
    distance_m = 1000 * (reach[:, :1] + share * (reach[:, 1:] - reach[:, :1]))  # (rows, steps)
    turn = np.array([-1.0, 0.0, 1.0])
    shape = (len(rows), len(turn), STEPS_ON_BEARING)
    bearings = np.broadcast_to((bearing[:, None] + margin[:, None] * turn)[:, :, None], shape)
    east, north, _ = EARTH.fwd(
        np.broadcast_to(longitude[:, None, None], shape).ravel(),
        np.broadcast_to(latitude[:, None, None], shape).ravel(),
        bearings.ravel(),
        np.broadcast_to(distance_m[:, None, :], shape).ravel(),
    )
    at = np.repeat(incidents["earliest"].to_numpy()[rows], shape[1] * shape[2])
    parties = ground.holder(np.asarray(north), np.asarray(east), np.repeat(uncertainty, shape[1] * shape[2]), at)
    parties = parties.reshape(len(rows), -1)
    return {int(row): line[0] for row, line in zip(rows, parties, strict=True) if line[0] is not None and (line == line[0]).all()}
