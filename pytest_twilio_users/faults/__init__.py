"""What may go wrong: `twilio_users.routes["create_user"].fail(faults.answer_lost())`.

    from pytest_twilio_users import faults

Each function makes a `Fault`. `FAULTS` says when each one happens, with the evidence.
"""

from pytest_twilio_users.faults.fault import Fault
from pytest_twilio_users.faults.fault_table import FAULTS, FaultRow, make_fault
from pytest_twilio_users.faults.making import (
    answer_lost,
    body_cut,
    connect_error,
    connect_timeout,
    connection_reset,
    empty_body,
    html_body,
    missing_field,
    null_field,
    page_shifts,
    read_timeout,
    refused,
    repeated_page,
    slow,
    stale_read,
    unknown_field,
    wrong_content_type,
    wrong_type,
)
from pytest_twilio_users.faults.plan import Plan

__all__ = [
    "FAULTS",
    "Fault",
    "FaultRow",
    "Plan",
    "answer_lost",
    "body_cut",
    "connect_error",
    "connect_timeout",
    "connection_reset",
    "empty_body",
    "html_body",
    "make_fault",
    "missing_field",
    "null_field",
    "page_shifts",
    "read_timeout",
    "refused",
    "repeated_page",
    "slow",
    "stale_read",
    "unknown_field",
    "wrong_content_type",
    "wrong_type",
]
