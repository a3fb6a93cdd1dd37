"""Definition files read by libyaml: twenty times as fast as ruamel's parser, which is asked where there is any doubt.

What comes out is what ruamel makes of the same file: mappings and lists that know the line of each entry, blocks of
text that know that they are one. A file with an error, an anchor, a tag, a merge or a key twice is not read here:
ruamel says what is wrong with it, or what it means. A plain scalar means what it means in YAML 1.2, by ruamel's own
reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

import yaml  # type: ignore[import-untyped]  # it has no types
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import (
    FoldedScalarString,
    LiteralScalarString,
)
from yaml import events

# What no resolver takes for anything but a text: words, with no colon, comment or bracket in them.
WORD = re.compile(r"[A-Za-z_][A-Za-z_ .-]*")
NO_WORDS = re.compile(r"true|false|null|yes|no|on|off|y|n|\.inf|\.nan", re.IGNORECASE)

# Where libyaml and ruamel read a file differently, ruamel is right.
DOUBTFUL = re.compile(r"[\t\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff]|^%|^---|^\.\.\.", re.MULTILINE)

Collection = CommentedMap | CommentedSeq

STYLES = {"|": LiteralScalarString, ">": FoldedScalarString}


class DoubtError(Exception):
    """The file is not one that can be read here."""


def load_mapping(text: str) -> CommentedMap | None:
    """Read a file whose top is a mapping; None where ruamel must be asked."""
    if DOUBTFUL.search(text):
        return None
    try:
        mapping = _read_document(yaml.parse(text, Loader=yaml.CSafeLoader))
    except (DoubtError, yaml.YAMLError, RecursionError, StopIteration):
        return None
    return mapping if isinstance(mapping, CommentedMap) else None


def _read_document(stream: Iterator[events.Event]) -> Any:
    next(stream), next(stream)  # the stream, and its first document
    value = _read_value(next(stream), stream)
    if not isinstance(next(stream), events.DocumentEndEvent) or not isinstance(next(stream), events.StreamEndEvent):
        raise DoubtError
    return value


def _read_value(event: events.Event, stream: Iterator[events.Event]) -> Any:
    if isinstance(event, events.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
        raise DoubtError
    if isinstance(event, events.MappingStartEvent):
        return _read_mapping(event, stream)
    if isinstance(event, events.SequenceStartEvent):
        return _read_sequence(event, stream)
    return _read_scalar(event)


def _read_mapping(start: events.MappingStartEvent, stream: Iterator[events.Event]) -> Collection:
    made = CommentedMap()
    _set_position(made, start)
    while not isinstance(key_event := next(stream), events.MappingEndEvent):
        key = _read_value(key_event, stream)
        value_event = next(stream)
        if isinstance(key, CommentedMap | CommentedSeq) or key == "<<" or key in made:
            raise DoubtError
        here, there = key_event.start_mark, value_event.start_mark
        made[key] = _read_value(value_event, stream)
        made._yaml_set_kv_line_col(key, [here.line, here.column, there.line, there.column])
    return _refuse_empty(made)


def _read_sequence(start: events.SequenceStartEvent, stream: Iterator[events.Event]) -> Collection:
    made = CommentedSeq()
    _set_position(made, start)
    while not isinstance(event := next(stream), events.SequenceEndEvent):
        made._yaml_set_idx_line_col(len(made), [event.start_mark.line, event.start_mark.column])
        made.append(_read_value(event, stream))
    return _refuse_empty(made)


def _refuse_empty(made: Collection) -> Collection:
    if not made:  # ruamel says more of an empty one
        raise DoubtError
    return made


def _set_position(made: Collection, start: events.CollectionStartEvent) -> None:
    made._yaml_set_line_col(start.start_mark.line, start.start_mark.column)
    if start.flow_style:
        made.fa.set_flow_style()
    else:
        made.fa.set_block_style()


def _read_scalar(event: Any) -> Any:
    if event.style in STYLES:
        return STYLES[event.style](event.value)
    if event.style in ("'", '"') or (WORD.fullmatch(event.value) and not NO_WORDS.fullmatch(event.value)):
        return event.value
    return _read_plain_scalar(event.value)


@lru_cache(4096)
def _read_plain_scalar(plain: str) -> Any:
    """Read a plain scalar as ruamel does."""
    if not plain:  # ruamel places it elsewhere
        raise DoubtError
    if "\n" in plain:
        return plain  # of several lines: nothing but a text is
    try:
        items = YAML(typ="rt").load(f"- {plain}\n")
    except Exception as error:
        raise DoubtError from error
    if len(items) != 1 or not isinstance(items[0], str | int | float | date | None):
        raise DoubtError
    return items[0]
