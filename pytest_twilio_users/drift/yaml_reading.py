"""Reads YAML: the one door of PyYAML, which is optional."""

from typing import Any

import yaml  # type: ignore[import-untyped]  # it has none

from pytest_twilio_users.wire.codec import no_duplicates


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # so it is of no type
    """Reads what JSON could hold, too: keys are text, and none stands twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:  # noqa: FBT001, FBT002  # PyYAML's own
        """Make the object of a mapping."""
        keys = [str(key.value) for key, _ in node.value if not key.tag.endswith(":merge")]
        no_duplicates([(key, None) for key in keys])
        found = super().construct_mapping(node, deep=deep)
        return {str(key): value for key, value in found.items()}


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
