"""What Twilio does besides refusing. If nobody knows, what the stub does."""

from dataclasses import dataclass

from pytest_twilio_users.contract.evidence import Evidence


@dataclass(frozen=True, kw_only=True, slots=True)
class Behaviour:
    """One thing that the service does.

    `setting` names the setting of the stub that changes it.
    """

    name: str
    statement: str
    evidence: Evidence
    setting: str = ""


_DOCUMENTED = Evidence.DOCUMENTED
_INFERRED = Evidence.INFERRED
_RECORDED = Evidence.RECORDED
_SDK = Evidence.SDK
_SIBLING = Evidence.SIBLING
_THIRD_PARTY = Evidence.THIRD_PARTY
_ROWS = (
    # the ten operations
    ("create_answers_201", "Create answers 201 and the user", _DOCUMENTED),
    ("fetch_answers_200", "Fetch answers 200 and the user", _DOCUMENTED),
    ("update_answers_200", "Update answers 200 and the user", _DOCUMENTED),
    ("delete_answers_204", "Delete answers 204 and no body", _DOCUMENTED),
    ("list_answers_200", "List answers 200 and a page: `meta`, then `users`", _DOCUMENTED),
    (
        "published_examples",
        "Twilio's published example requests are answered as published",
        _DOCUMENTED,
    ),
    (
        "default_service",
        "/v1/Users and /v1/Services/{the default service}/Users hold the same users",
        _DOCUMENTED,
    ),
    (
        "services_are_apart",
        "A user of one service is unknown in another; both may have the same identity",
        _DOCUMENTED,
    ),
    (
        "sid_or_identity",
        "Fetch, update and delete take the user's SID or its identity",
        _DOCUMENTED,
    ),
    ("identity_case", "An identity is case-sensitive", _DOCUMENTED),
    (
        "email_identities",
        "An identity may be an e-mail address, which the path encodes as one segment",
        _DOCUMENTED,
    ),
    (
        "odd_identities",
        "An identity may hold any characters if the path encodes it as one segment",
        _INFERRED,
    ),
    ("plus_in_path", "`+` and `@` stand for themselves in the path, encoded or not", _INFERRED),
    ("encoded_slash", "`a%2Fb` in the path is the identity `a/b`", _INFERRED),
    ("path_case", "Paths are case-sensitive", _DOCUMENTED),
    ("trailing_slash", "A trailing slash in the path is accepted", _THIRD_PARTY),
    # the user
    ("all_fields", "A user has the 13 documented fields", _DOCUMENTED),
    ("account_sid", "Each user has the account_sid of the account that asked", _DOCUMENTED),
    ("sids_differ", "Each new user has a SID of its own", _DOCUMENTED),
    ("sid_form", "A new user's SID is US and 32 lower-case hex digits", _SIBLING),
    ("role_filled_in", "Without RoleSid a new user has the service's default role", _SIBLING),
    ("friendly_name_null", "friendly_name is null when it was never set", _THIRD_PARTY),
    ("friendly_name_verbatim", "friendly_name comes back to the letter, any character", _INFERRED),
    ("attributes_default", 'attributes is `"{}"` when it was never set', _SIBLING),
    ("attributes_verbatim", "attributes comes back to the letter, spaces included", _DOCUMENTED),
    (
        "odd_attributes",
        "Attributes may hold numbers of any size, a key twice, and 16,384 bytes",
        _INFERRED,
    ),
    ("attributes_empty", "Empty Attributes are refused: they are not JSON", _INFERRED),
    (
        "attribute_escapes",
        "Escapes such as `\\/` in Attributes are valid JSON (Twilio refused some in 2020-2021)",
        _INFERRED,
        "attribute_escapes",
    ),
    (
        "reachability_off",
        "is_online and is_notifiable are null while the service's reachability is off",
        _DOCUMENTED,
    ),
    (
        "reachability_not_listed",
        "is_online and is_notifiable are null in a list (documented; older examples show them)",
        _INFERRED,
    ),
    ("dates_equal", "date_created and date_updated of a new user are equal", _SIBLING),
    ("dates_form", "Dates are GMT in whole seconds, `2019-12-16T22:18:37Z`", _DOCUMENTED),
    ("url_follows_path", "url and links take the form of the path that was used", _DOCUMENTED),
    ("url_follows_origin", "url, links and page links name the host that was asked", _INFERRED),
    # change
    ("update_keeps_the_rest", "Update changes what was sent and nothing else", _DOCUMENTED),
    ("update_moves_date", "Update moves date_updated and keeps date_created", _DOCUMENTED),
    ("update_nothing", "Update without a parameter answers 200 and changes nothing", _INFERRED),
    ("update_empty_name", "Update with an empty FriendlyName stores the empty text", _INFERRED),
    (
        "concurrent_creates",
        "If requests create one identity at once, one answers 201 and the others 409",
        _INFERRED,
    ),
    ("second_delete", "A second delete answers 404", _INFERRED),
    (
        "identity_free_again",
        "After delete the identity is free; the new user has a new SID",
        _DOCUMENTED,
    ),
    ("unknown_ignored", "Unknown parameters of a form are ignored", _DOCUMENTED),
    ("unknown_query_ignored", "Unknown parameters of a query are ignored", _INFERRED),
    ("json_body_unread", "A JSON body is not read: Identity is missing", _SIBLING),
    ("webhook_header", "X-Twilio-Webhook-Enabled takes true and false", _DOCUMENTED),
    (
        "last_parameter_wins",
        "If a parameter is sent twice in query or form, the last one counts",
        _INFERRED,
    ),
    # pages
    ("page_numbers", "meta counts the pages from 0", _DOCUMENTED),
    ("page_size", "A page holds up to PageSize users, and says so in page_size", _DOCUMENTED),
    ("default_page_size", "A page holds up to 50 users unless PageSize asks for more", _DOCUMENTED),
    (
        "max_page_size",
        "A PageSize over the maximum is cut to it: 1000 (documented until 2025-06-12) or 50",
        _THIRD_PARTY,
        "max_page_size",
    ),
    ("pages_are_complete", "The pages hold every user once", _DOCUMENTED),
    (
        "pages_outlive_changes",
        "The pages hold each user that stays once, while others come and go",
        _INFERRED,
    ),
    (
        "pages_are_full",
        "Every page but the last holds as many users as its page_size says, above 50, too",
        _INFERRED,
    ),
    (
        "page_links",
        "Page links put PageSize, Page, PageToken in this order; the first has no token",
        _RECORDED,
    ),
    ("page_link_nulls", "Missing page links are null, not absent", _RECORDED),
    ("page_url_token", "A later page's url carries its own token", _SIBLING),
    ("previous_page", "previous_page_url leads back, with a token of its own", _SIBLING),
    ("token_form", "A page token begins with P", _RECORDED),
    ("page_echoed", "Page without PageToken selects no page: it is only echoed", _RECORDED),
    ("list_order", "A list is in order of creation, oldest first", _INFERRED),
    ("last_page_full", "next_page_url is null although the last page is full", _INFERRED),
    # the message
    (
        "refusal_body",
        "A refusal's body is code, message, more_info, status, in this order",
        _RECORDED,
    ),
    ("refusal_spacing", "A refusal has the spaces that Python's json.dumps writes", _RECORDED),
    (
        "refusal_alone",
        "A refusal's body has no other keys (`detail` was seen elsewhere)",
        _INFERRED,
    ),
    ("path_in_refusal", "A refusal's message shows the path as it was sent, encoded", _INFERRED),
    ("json_content_type", "An answer with a body is application/json; charset=utf-8", _RECORDED),
    ("no_type_without_body", "An answer without a body has no content type", _INFERRED),
    ("type_without_body", "A GET with a Content-Type and no body is answered", _SDK),
    ("request_id", "Each answer has a twilio-request-id: RQ and 32 hex digits", _RECORDED),
    ("request_ids_differ", "No two answers have the same twilio-request-id", _INFERRED),
    (
        "preflight",
        "OPTIONS is answered 204 without credentials (recorded: a header names OPTIONS)",
        _INFERRED,
    ),
    ("no_retry_after", "Answers have no Retry-After and no rate headers", _RECORDED),
    # who may ask
    (
        "basic_auth",
        "Each operation needs Account SID and token by HTTP Basic, or answers 401",
        _DOCUMENTED,
    ),
    ("api_key", "An API key's SID and secret are accepted, too", _DOCUMENTED),
    (
        "any_credentials",
        "The stub takes any credentials of HTTP Basic, as new tests mostly have made-up ones",
        _INFERRED,
        "credentials",
    ),
    (
        "any_pace",
        "The stub takes any number of changes a second; Twilio takes 30 in a service (documented)",
        _INFERRED,
        "rate_limit",
    ),
    (
        "changes_counted",
        "With a limit, each change counts for a second, a refused one, too; one past it does not",
        _INFERRED,
        "rate_limit",
    ),
    (
        "any_concurrency",
        "The stub takes any number of requests at once; Twilio has a limit (documented, no number)",
        _INFERRED,
        "concurrency_limit",
    ),
    (
        "any_service",
        "The stub knows every well-formed service SID; Twilio knows only those that exist",
        _INFERRED,
        "service_sids",
    ),
    (
        "any_role",
        "The stub knows every well-formed role SID; Twilio knows only those that exist",
        _INFERRED,
        "role_sids",
    ),
)

BEHAVIOURS = {
    name: Behaviour(name=name, statement=statement, evidence=evidence, setting="".join(setting))
    for name, statement, evidence, *setting in _ROWS
}
"""Every behaviour besides the refusals, by name."""
