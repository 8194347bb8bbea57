"""The mapping document: how the columns of any table become the fields of an observation."""

from __future__ import annotations

from typing import Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from truceline.values.source import Value

FieldName = Literal[
    "reference",
    "source",
    "occurred",
    "occurred_from",
    "occurred_until",
    "reported_at",
    "latitude",
    "longitude",
    "uncertainty_m",
    "kind",
    "count",
    "means",
    "assessment",
    "direction_from_deg",
    "weapon",
    "calibre_mm",
    "uav_kind",
    "claimed_party",
    "credibility",
    "releasable_to",
    "text",
    "observer_latitude",
    "observer_longitude",
]
FIELD_NAMES: tuple[str, ...] = get_args(FieldName)


class FieldMapping(Value):
    """Where one field comes from, and how its words are read."""

    column: str | None = Field(None, description="Column of the file")
    columns: tuple[str, ...] = Field((), description="Columns of the file, joined by a space")
    constant: str | int | float | None = Field(None, description="The same value for every row")
    values: dict[str, str] = Field({}, description="The file's words, in any case, and ours; a word not listed quarantines the row")
    unknown: tuple[str, ...] = Field((), description="The file's words for not known, beside empty and N/K")
    unit: Literal["m", "km", "mm", "cm", "in"] | None = Field(
        None, description="Unit of a length; metres or millimetres if left out"
    )
    format: str | None = Field(None, description="strptime pattern of a time; ISO 8601 if left out")
    precision_min: float | None = Field(None, ge=0, description="Minutes by which a time is uncertain to either side")

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        given = [self.column is not None, bool(self.columns), self.constant is not None]
        if sum(given) != 1:
            raise ValueError("Expected exactly one of column, columns and constant.")
        return self

    @property
    def used(self) -> tuple[str, ...]:
        """Columns of the file that the field is made from."""
        return (self.column,) if self.column is not None else self.columns


class TableMapping(Value):
    """How one kind of table is read."""

    format: Literal["truceline-mapping/1"]
    feed: str = Field(pattern=r"^[a-z][a-z0-9-]*$", description="Name of the feed, as in feeds.yaml")
    title: str = ""
    time_zone: str | None = Field(None, description="IANA zone of times written without one; null: such rows are quarantined")
    ignore: tuple[str, ...] = Field(
        (), description="Columns that are there and not used; any other unmapped column refuses the file"
    )
    fields: dict[FieldName, FieldMapping]

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str | None) -> str | None:
        if name is not None:
            try:
                ZoneInfo(name)
            except Exception:
                raise ValueError(f"Expected an IANA time zone such as Europe/Kyiv, found {name!r}.") from None
        return name

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [name for name in ("source", "kind") if name not in self.fields]
        if "occurred" not in self.fields and not {"occurred_from", "occurred_until"} <= set(self.fields):
            missing.append("occurred (or occurred_from and occurred_until)")
        if ("latitude" in self.fields) != ("longitude" in self.fields):
            missing.append("both latitude and longitude")
        if missing:
            raise ValueError(f"Expected the fields {', '.join(missing)}.")
        return self

    @property
    def zone(self) -> ZoneInfo | None:
        """Zone of times written without one."""
        return ZoneInfo(self.time_zone) if self.time_zone else None

    @property
    def used(self) -> tuple[str, ...]:
        """Columns of the file that the fields are made from, each once, sorted."""
        return tuple(sorted({column for field in self.fields.values() for column in field.used}))
