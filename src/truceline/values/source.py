"""Who says so: sources graded by the Admiralty scale, and citations."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Reliability = Literal["A", "B", "C", "D", "E", "F"]
"""Of the source: A completely reliable, B usually, C fairly, D not usually, E unreliable, F cannot be judged."""

Credibility = Literal[1, 2, 3, 4, 5, 6]
"""Of the report: 1 confirmed, 2 probably true, 3 possibly true, 4 doubtful, 5 improbable, 6 cannot be judged."""


class Value(BaseModel):
    """Base of all documents' values: frozen, checked at birth, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Citation(Value):
    """Where a text or figure can be read."""

    title: str = Field(description="Title of the document or page")
    publisher: str = Field(description="Who published it")
    published: str | None = Field(None, description="Date of publication as precisely as known, YYYY-MM-DD, YYYY-MM or YYYY")
    locator: str | None = Field(None, description="Paragraph, page or symbol inside the document")
    url: str | None = Field(None, description="Address without scheme where it can be read")


class Source(Value):
    """A person, sensor, organisation or party that reports.

    Two sources with the same `origin` are one witness: a newspaper that repeats a ministry has the ministry as its origin.
    """

    id: str
    title: str
    kind: Literal["patrol", "camera", "acoustic", "uav", "satellite", "party", "media", "public", "organisation"]
    reliability: Reliability = "F"
    origin: str | None = Field(None, description="Source whose reports this one repeats; its own id when left out")
    party: str | None = Field(None, description="Id of the party that the source belongs to, if any")
