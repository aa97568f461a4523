"""Marks for tests that need the kit, or a service, otherwise than most."""

import pytest

raw = pytest.mark.twilio_users(strict=False)
"""For tests that send mistakes on purpose."""

alone = pytest.mark.twilio_users(alone=True)
"""For tests that look at a whole list, which others would change meanwhile."""
