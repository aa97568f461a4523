"""Reads YAML: the one door of PyYAML, which is optional."""

from itertools import chain
from math import inf
from typing import Any

import yaml  # type: ignore[import-untyped]  # it has none

from pytest_twilio_users.errors import brief
from pytest_twilio_users.wire.codec import no_duplicates

_MOST = 1_000_000
"""Values that a document may have with its aliases written out: few lines can mean billions."""


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # so it is of no type
    """Reads what JSON could hold, too: keys are text, and none stands twice."""

    def get_single_node(self) -> Any:
        """Read the document, as nodes."""
        node = super().get_single_node()
        if node is not None and _size(node, {}) > _MOST:
            raise yaml.YAMLError(f"its aliases stand for more than {_MOST:,} values")
        return node

    def construct_object(self, node: Any, deep: bool = False) -> Any:  # noqa: FBT001, FBT002  # PyYAML's own
        """Make the value of a node; PyYAML itself has no words for one that is not of its tag."""
        if not isinstance(node, yaml.ScalarNode):
            return super().construct_object(node, deep=deep)
        try:
            return super().construct_object(node, deep=deep)
        except (ArithmeticError, AttributeError, LookupError, ValueError):
            problem = f"{brief(node.value)} is no {node.tag.rpartition(':')[2]}"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark) from None

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:  # noqa: FBT001, FBT002  # PyYAML's own
        """Make the object of a mapping."""
        if isinstance(node, yaml.MappingNode):  # else the complaint is PyYAML's
            keys = [str(key.value) for key, _ in node.value if not key.tag.endswith(":merge")]
            no_duplicates([(key, None) for key in keys])
        found = super().construct_mapping(node, deep=deep)
        return {str(key): value for key, value in found.items()}


def _size(node: Any, sizes: dict[int, float]) -> float:
    """How many values a node has with its aliases written out; without end, if it has itself."""
    if id(node) not in sizes:
        sizes[id(node)] = inf
        parts = node.value if isinstance(node, yaml.CollectionNode) else ()
        if isinstance(node, yaml.MappingNode):
            parts = chain.from_iterable(parts)
        sizes[id(node)] = 1 + sum(_size(part, sizes) for part in parts)
    return sizes[id(node)]


def read_yaml(text: str) -> Any:
    """Read a text that is one YAML document.

    Raises:
        ValueError: it is none.
    """
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506  # a safe one
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark
        raise ValueError(
            f"{error.problem}, line {mark.line + 1} column {mark.column + 1}"
        ) from None
    except yaml.YAMLError as error:
        raise ValueError(str(error).partition("\n")[0]) from None
