"""The names of tests, which are the same on every machine."""

import pytest

_INSTALLED = {"site-packages", "dist-packages"}


def is_installed(file: str) -> bool:
    """Whether a file, by its node id, is in a virtual environment or where a system's are."""
    return not _INSTALLED.isdisjoint(file.split("/"))


def stable_name(node: pytest.Item | pytest.Collector) -> str:
    """The node id; of what is installed, such as the contract suite, wherever that is.

    `pytest_twilio_users/suites/contract.py::test_a_deleted_user_is_gone[default-sync-sid]`
    """
    file, separator, inside = node.nodeid.partition("::")
    if file and not is_installed(file):
        return node.nodeid
    module = node.getparent(pytest.Module)
    if module is None:
        return node.nodeid
    return f"{module.obj.__name__.replace('.', '/')}.py{separator}{inside}"
