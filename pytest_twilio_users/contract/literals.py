"""Names as type checkers know them: of operations, of refusals, of faults, of modes."""

from typing import Literal

OperationName = Literal[
    "create_service_user",
    "create_user",
    "delete_service_user",
    "delete_user",
    "fetch_service_user",
    "fetch_user",
    "list_service_user",
    "list_user",
    "update_service_user",
    "update_user",
]
"""The ten operations: the keys of `OPERATIONS`."""

RefusalName = Literal[
    "not_found",
    "identity_taken",
    "identity_missing",
    "identity_empty",
    "identity_too_long",
    "identity_like_sid",
    "identity_reserved",
    "attributes_not_json",
    "attributes_no_object",
    "attributes_too_long",
    "friendly_name_too_long",
    "role_sid_malformed",
    "role_unknown",
    "webhook_enabled_malformed",
    "page_size_malformed",
    "page_malformed",
    "page_token_unknown",
    "no_credentials",
    "username_invalid",
    "token_wrong",
    "test_credentials",
    "method_not_allowed",
    "too_many_requests",
    "too_many_changes",
    "webhook_refused",
    "internal_error",
    "unavailable",
]
"""The refusals of Twilio: the keys of `REFUSALS`."""

FaultName = Literal[
    "refused",
    "connect_error",
    "connect_timeout",
    "read_timeout",
    "connection_reset",
    "answer_lost",
    "slow",
    "body_cut",
    "html_body",
    "empty_body",
    "wrong_content_type",
    "missing_field",
    "null_field",
    "unknown_field",
    "wrong_type",
    "stale_read",
    "page_shifts",
    "repeated_page",
]
"""What may go wrong: the keys of `FAULTS`."""

ModeName = Literal[
    "stub",
    "replay",
    "record",
    "live",
]
"""Who answers the requests of a test: the values of `Mode`."""
