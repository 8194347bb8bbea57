"""What was found against what was true: linking, findings, responsibility, calibration, and silence that nobody watched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl

from truceline.agreement.document import Agreement
from truceline.agreement.geography import Geography
from truceline.compliance.judge import judge
from truceline.compliance.tables import BROKEN, CANNOT_BE_JUDGED, KEPT, SITUATION, UNDETERMINED
from truceline.exercise.play import Play

BINS = 10


@dataclass(frozen=True, slots=True)
class Score:
    """Figures of one or more played months; shares are from 0 to 1, NaN where there is nothing to divide."""

    observations: int
    pair_precision: float
    pair_recall: float
    pair_f1: float
    decided_findings: int
    right_findings: float
    decided_share: float
    responsible_named: int
    responsible_right: float
    silent_kept: int
    silent_kept_right: float
    kept_unseen: int
    incidents: int
    calibration_error: float
    true_exchanges: int
    found_exchanges: float
    reliability: tuple[tuple[float, float, int], ...]

    def to_json(self) -> dict[str, Any]:
        """Return the figures by name; `reliability` is a list of (mean probability, share that happened, incidents)."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Found:
    """What the watch wing made of a month: stored observations, current incidents with membership and findings."""

    observations: pl.DataFrame
    incidents: pl.DataFrame
    membership: pl.DataFrame
    findings: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Tally:
    """Countable parts of a score; tallies of several months add up before shares are taken."""

    observations: int
    pairs: tuple[int, int, int]
    findings: tuple[int, int, int]
    responsible: tuple[int, int]
    silence: tuple[int, int, int]
    exchanges: tuple[int, int]
    probabilities: tuple[tuple[float, bool], ...]


def tally(play: Play, found: Found, agreement: Agreement, geography: Geography) -> Tally:
    """Count what was right and wrong in one month."""
    matched = _matched(play, found.observations, found.membership)
    truth_of = _truth_of_incidents(matched, play)
    known = _known(play, agreement, geography)
    return Tally(
        observations=matched.height,
        pairs=_pairs(matched),
        findings=_findings(found, truth_of, known),
        responsible=_responsible(found, truth_of),
        silence=_silence(found, known),
        exchanges=_exchanges(matched, found, play),
        probabilities=tuple(
            found.incidents.join(truth_of, on="incident_id").select("probability", "happened").sort("probability").iter_rows()
        ),
    )


def matched_pairs(play: Play, observations: pl.DataFrame, membership: pl.DataFrame) -> tuple[int, int, int]:
    """Pairs of observations rightly in one incident, in one incident, and of one event, for any membership."""
    return _pairs(_matched(play, observations, membership))


def score(tallies: Sequence[Tally]) -> Score:
    """The figures of one or more months together."""
    true_positive, found_pairs, true_pairs = (sum(item.pairs[place] for item in tallies) for place in range(3))
    right, decided, judged = (sum(item.findings[place] for item in tallies) for place in range(3))
    named_right, named = (sum(item.responsible[place] for item in tallies) for place in range(2))
    kept_right, kept, unseen = (sum(item.silence[place] for item in tallies) for place in range(3))
    exchanges_found, exchanges = (sum(item.exchanges[place] for item in tallies) for place in range(2))
    probabilities = sorted(pair for item in tallies for pair in item.probabilities)
    error, table = calibration(probabilities)
    precision, recall = _share(true_positive, found_pairs), _share(true_positive, true_pairs)
    return Score(
        observations=sum(item.observations for item in tallies),
        pair_precision=precision,
        pair_recall=recall,
        pair_f1=_share(2 * true_positive, found_pairs + true_pairs),
        decided_findings=decided,
        right_findings=_share(right, decided),
        decided_share=_share(decided, judged),
        responsible_named=named,
        responsible_right=_share(named_right, named),
        silent_kept=kept,
        silent_kept_right=_share(kept_right, kept),
        kept_unseen=unseen,
        incidents=len(probabilities),
        calibration_error=error,
        true_exchanges=exchanges,
        found_exchanges=_share(exchanges_found, exchanges),
        reliability=table,
    )


def calibration(pairs: Sequence[tuple[float, bool]]) -> tuple[float, tuple[tuple[float, float, int], ...]]:
    """Expected calibration error over bins of a tenth, and the reliability table (mean said, share that happened, count)."""
    if not pairs:
        return float("nan"), ()
    said, happened = np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs], float)
    bins = np.minimum((said * BINS).astype(int), BINS - 1)
    table = []
    for number in range(BINS):
        inside = bins == number
        if inside.any():
            table.append((round(float(said[inside].mean()), 4), round(float(happened[inside].mean()), 4), int(inside.sum())))
    error = sum(count * abs(mean - share) for mean, share, count in table) / len(said)
    return float(error), tuple(table)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def _matched(play: Play, observations: pl.DataFrame, membership: pl.DataFrame) -> pl.DataFrame:
    """Observations in incidents with the true event of each (below 0: a field or the kiln)."""
    place = [(pl.col(name) * 1e5).round(0).cast(pl.Int64).alias(f"{name}_key") for name in ("latitude", "longitude")]
    by_reference = observations.join(
        play.records.filter(pl.col("feed") != "firms").drop("latitude", "longitude"), on=["feed", "reference"]
    )
    spots = play.records.filter(pl.col("feed") == "firms").with_columns(pl.col("latitude", "longitude").cast(pl.Float64))
    by_place = (
        observations.filter(pl.col("feed") == "firms")
        .with_columns(place)
        .join(spots.with_columns(place).select("latitude_key", "longitude_key", "event_id"), on=["latitude_key", "longitude_key"])
    )
    columns = ["observation_id", "event_id"]
    events = pl.concat([by_reference.select(columns), by_place.select(columns)]).unique(
        "observation_id", keep="first", maintain_order=True
    )
    return membership.select("incident_id", "observation_id").join(events, on="observation_id").sort("observation_id")


def _pairs(matched: pl.DataFrame) -> tuple[int, int, int]:
    """Pairs of observations in one incident and of one event, in one incident, of one event; a burning field is an event too."""

    def pairs(*keys: str) -> int:
        size = matched.group_by(keys).len()["len"].cast(pl.Int64)
        return int((size * (size - 1) // 2).sum())

    return pairs("incident_id", "event_id"), pairs("incident_id"), pairs("event_id")


def _truth_of_incidents(matched: pl.DataFrame, play: Play) -> pl.DataFrame:
    """The event that most observations of each incident are of, and whether it happened: incident_id, event_id, happened."""
    votes = matched.group_by("incident_id", "event_id").len().sort("len", "event_id", descending=[True, True])
    main = votes.group_by("incident_id", maintain_order=True).first().select("incident_id", "event_id")
    truth = play.truth.select("event_id", "happened", "party")
    return main.join(truth, on="event_id", how="left").with_columns(pl.col("happened").fill_null(False))


def _known(play: Play, agreement: Agreement, geography: Geography) -> pl.DataFrame:
    """What the terms say of each event with all known: event_id, term, status, and the sector and day it lies in."""
    events = play.truth.filter(pl.col("happened"))
    situations = SITUATION.conform(
        events.select(
            pl.col("event_id").cast(pl.UInt64).alias("key"),
            "conduct",
            "weapon",
            "calibre_mm",
            pl.col("start").alias("earliest"),
            pl.col("end").alias("latest"),
            "latitude",
            "longitude",
            pl.lit(0.0).alias("uncertainty_m"),
            pl.col("party").alias("responsible"),
            pl.lit(1.0).alias("probability"),
            pl.concat_list(pl.col("excused")).list.drop_nulls().alias("evidence_on_record"),
        )
    )
    sector = geography.sector(events["latitude"].to_numpy(), events["longitude"].to_numpy())
    days = [next(period.day for period in play.periods if period.start <= start < period.end) for start in events["start"]]
    places = events.select("event_id").with_columns(
        pl.Series("sector", list(sector), dtype=pl.String), pl.Series("day", days, dtype=pl.Date)
    )
    judged = judge(agreement, geography, situations).select(pl.col("key").cast(pl.Int64).alias("event_id"), "term", "status")
    return judged.join(places, on="event_id")


def _findings(found: Found, truth_of: pl.DataFrame, known: pl.DataFrame) -> tuple[int, int, int]:
    """Right among decided findings on incidents, decided ones, all; the truth is judged by the same terms with all known.

    An incident that did not happen has no right decision but none; a decided finding on it is wrong.
    """
    judged = found.findings.filter(pl.col("incident_id").is_not_null()).join(truth_of, on="incident_id")
    compared = judged.join(known.select("event_id", "term", "status"), on=["event_id", "term"], how="left", suffix="_true")
    decided = compared.filter(
        (pl.col("status") != CANNOT_BE_JUDGED) & (pl.col("status_true").cast(pl.String).fill_null("") != CANNOT_BE_JUDGED)
    )
    right = decided.filter((pl.col("status") == pl.col("status_true")).fill_null(False))
    return right.height, decided.height, compared.height


def _responsible(found: Found, truth_of: pl.DataFrame) -> tuple[int, int]:
    """Parties rightly named, and all named, in findings 'broken'."""
    named = found.findings.filter((pl.col("status") == BROKEN) & (pl.col("responsible") != UNDETERMINED)).join(
        truth_of, on="incident_id"
    )
    return named.filter(pl.col("responsible") == pl.col("party")).height, named.height


def _silence(found: Found, known: pl.DataFrame) -> tuple[int, int, int]:
    """Silent sectors and days found 'kept' in which the term was truly not broken, all found 'kept', those nobody watched."""
    kept = found.findings.filter(pl.col("incident_id").is_null() & (pl.col("status") == KEPT))
    unseen = kept.filter(pl.col("coverage").fill_null(0.0) <= 0.0).height
    breaches = known.filter(pl.col("status") == BROKEN).select("term", "sector", "day").unique()
    wrong = kept.join(breaches, on=["term", "sector", "day"], how="semi").height
    return kept.height - wrong, kept.height, unseen


def _exchanges(matched: pl.DataFrame, found: Found, play: Play) -> tuple[int, int]:
    """True exchanges of fire that became an incident more probable than not, and all true exchanges."""
    believed = found.incidents.filter(pl.col("probability") > 0.5).select("incident_id")
    known = matched.join(believed, on="incident_id", how="semi")["event_id"].unique()
    fires = play.truth.filter((pl.col("conduct") == "fire") & pl.col("happened"))
    return fires.filter(pl.col("event_id").is_in(known.implode())).height, fires.height
