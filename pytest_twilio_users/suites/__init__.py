"""Tests that ship with the kit."""

import pytest

# Assertions of the files that pytest collects are explained; of what these import, if asked for.
pytest.register_assert_rewrite(f"{__name__}.contract_tests")
