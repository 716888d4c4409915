"""Reads YAML with the parser in C wherever it is sure to give what the careful one gives, which knows its lines.

The careful reader (ruamel.yaml, YAML 1.2) takes most of a second for a catalogue, at every start. The quick one
(libyaml) reads YAML 1.1 and overlooks a key that stands twice; where that could make a difference it declines.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

_BASE: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DECLINED = "!declined"
_MAP, _MERGE = "tag:yaml.org,2002:map", "tag:yaml.org,2002:merge"
# What both versions of YAML read alike, by the first characters a scalar of the kind can have.
_ALIKE: tuple[tuple[str, str, str], ...] = (
    ("null", r"~|null|Null|NULL|", "~nN"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"-?(?:0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(?:0|[1-9][0-9]*)\.[0-9]+", "-0123456789"),
    ("timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "0123456789"),
)
# What only one of them takes for something else than text, or what they take for different things.
_DOUBTFUL = "|".join(
    (
        r"y|Y|n|N|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|<<|=",
        r"[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*(?::[0-5]?[0-9])*)",
        r"[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+",
        r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?",
    )
)


class Declined(Exception):
    """The text holds something on which readers of YAML may differ."""


class _Quick(_BASE):
    yaml_implicit_resolvers: dict[str | None, list[tuple[str, re.Pattern[str]]]] = {}


def _mapping(loader: Any, node: Any) -> dict[Any, Any]:
    found = loader.construct_mapping(node, deep=True)
    if len(found) != len(node.value):
        raise Declined
    return found


def _declined(loader: Any, node: Any) -> Any:
    raise Declined


for _name, _pattern, _first in _ALIKE:
    _Quick.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(f"^(?:{_pattern})$"), list(_first))
_Quick.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^$"), [""])
_Quick.add_implicit_resolver(_DECLINED, re.compile(f"^(?:{_DOUBTFUL})$"), list("-+.0123456789yYnNoO<="))
_Quick.add_constructor(_MAP, _mapping)
_Quick.add_constructor(_DECLINED, _declined)
_Quick.add_constructor(None, _declined)


def quickly(text: str) -> Any:
    """The values of a YAML text. Raises Declined where the careful reader has to say, or would refuse it."""
    try:
        return yaml.load(text, Loader=_Quick)  # nosec B506 # it is a safe loader
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        raise Declined from None
