"""What a model refuses, in words a person can act on: what was expected, what was found, what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

Said = tuple[str, str, str]
"""Expected, found, next step."""

INSTANT = "a date and time with zone, e.g. 2020-07-27T00:01+03:00"
WORDS = {
    "string_type": ("text", "Put it in quotes."),
    "tuple_type": ("a list", "Begin each item with a dash, or write [a, b]."),
    "model_type": ("fields with values", "Write one NAME: VALUE on each line."),
    "model_attributes_type": ("fields with values", "Write one NAME: VALUE on each line."),
    "dict_type": ("fields with values", "Write one NAME: VALUE on each line."),
    "timezone_aware": (INSTANT, "Write +03:00, or Z for UTC, after the time."),
    "datetime_from_date_parsing": (INSTANT, "Write it like the example, without a space."),
    "datetime_parsing": (INSTANT, "Write it like the example, without a space."),
    "datetime_type": (INSTANT, "Write it like the example, without a space."),
}


def reworded(model: type[BaseModel], detail: dict[str, Any]) -> Said:
    """One error of pydantic in plain words."""
    location, kind, context = tuple(detail["loc"]), detail["type"], detail.get("ctx", {})
    found = shown(detail.get("input"))
    if kind in WORDS:
        expected, next_step = WORDS[kind]
        return expected, found, next_step
    if kind == "missing":
        return f"the field {location[-1]!r}", "nothing", "Add it."
    if kind == "extra_forbidden":
        return "only known fields", f"the field {str(location[-1])!r}", _nearest_field(model, location)
    if kind == "literal_error":
        return f"one of {context['expected']}", found, _nearest_word(context["expected"], detail.get("input"))
    if kind == "union_tag_not_found":
        return f"the field {context['discriminator']}", "nothing", "Add it to say which kind it is."
    if kind == "union_tag_invalid":
        kinds = context["expected_tags"]
        return f"{context['discriminator']} to be one of {kinds}", repr(context["tag"]), _nearest_word(kinds, context["tag"])
    if kind == "too_short":
        return f"{context['min_length']} or more", str(context["actual_length"]), "Add what is missing."
    if kind == "string_pattern_mismatch":
        return f"a name of the form {context['pattern']}", found, "Use letters, digits and hyphens; the form is a pattern."
    message = str(context.get("error", detail["msg"])).removeprefix("Value error, ")
    expected = message.removeprefix("Input should be ").removeprefix("Expected ").rstrip(".")
    return expected[:1].lower() + expected[1:], found, "Correct the value."


def misread_times(value: Any, content: Any, location: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Said]]:
    """Every date or time that was written as a bare number: it would be read as seconds since 1970, so 2026 as 1 January 1970."""
    if isinstance(value, datetime | date | time):
        if not isinstance(content, str) or content.strip().lstrip("+-").replace(".", "").isdigit():
            kinds = {datetime: INSTANT, date: "a date, e.g. 2020-07-27", time: "a time, e.g. 19:30"}
            yield location, (kinds[type(value)], shown(content), "Write it like the example.")
    elif isinstance(value, BaseModel) and isinstance(content, dict):
        for name, field in type(value).model_fields.items():
            key = field.alias if field.alias and field.alias in content else name
            if key in content:
                yield from misread_times(getattr(value, name), content[key], (*location, key))
    elif isinstance(value, dict) and isinstance(content, dict):
        for key in value.keys() & content.keys():
            yield from misread_times(value[key], content[key], (*location, key))
    elif isinstance(value, list | tuple) and isinstance(content, list):
        for index, (item, written) in enumerate(zip(value, content, strict=False)):
            yield from misread_times(item, written, (*location, index))


def shown(value: Any) -> str:
    """A value as it is shown in an error: short."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _nearest_word(expected: str, found: Any) -> str:
    words = [word.strip(" '") for part in expected.split(" or ") for word in part.split(",")]
    near = get_close_matches(str(found), words, n=1)
    return f"Did you mean {near[0]!r}?" if near else "Choose one of them."


def _nearest_field(model: type[BaseModel], location: tuple[str | int, ...]) -> str:
    names = _fields_at(model, location[:-1])
    near = get_close_matches(str(location[-1]), names, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Remove it; known here: {', '.join(names)}."


def _fields_at(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """Names of the fields that can stand at a place of the document."""
    kinds: list[Any] = [model]
    for part in location:
        kinds = [inner for kind in kinds for inner in _inside(kind, part)]
    models = [kind for kind in kinds if _is_model(kind)]
    return [field.alias or name for known in models for name, field in known.model_fields.items()]


def _inside(kind: Any, part: str | int) -> list[Any]:
    """What can stand under a field, an index, or the name by which pydantic tells the members of a union apart."""
    if _is_model(kind):
        fields = [field for name, field in kind.model_fields.items() if part in (name, field.alias)]
        named = [field.annotation for field in kind.model_fields.values() if get_origin(field.annotation) is Literal]
        tags = [tag for annotation in named for tag in get_args(annotation)]
        return [member for field in fields for member in _members(field.annotation)] or ([kind] if part in tags else [])
    inner = get_args(kind)
    return _members(inner[-1] if get_origin(kind) is dict else inner[0]) if inner else []


def _members(annotation: Any) -> list[Any]:
    """The members of a union, each by itself."""
    if get_origin(annotation) is Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [member for part in get_args(annotation) for member in _members(part)]
    return [annotation]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
