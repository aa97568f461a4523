"""How many changes of an account the contract suite sends."""

import re
from collections.abc import Iterable, Mapping

CHANGES: Mapping[str, int] = {
    "test_update_answers_with_the_changed_user": 2,
    "test_update_changes_what_was_sent_and_nothing_else": 2,
    "test_update_changes_the_role_and_nothing_else": 2,
    "test_update_moves_date_updated": 2,
    "test_update_without_a_parameter_changes_nothing": 2,
    "test_an_empty_friendly_name_is_stored": 2,
    "test_a_deleted_user_is_gone": 5,
    "test_a_second_delete_finds_nothing": 3,
    "test_create_answers_with_the_new_user": 1,
    "test_a_new_user_has_the_role_that_was_sent": 1,
    "test_a_user_belongs_to_the_account_that_asked": 2,
    "test_a_friendly_name_comes_back_to_the_letter": 2,
    "test_a_friendly_name_has_up_to_256_characters": 1,
    "test_a_user_has_the_documented_fields": 2,
    "test_a_new_user_has_a_sid_of_its_own": 3,
    "test_a_sid_has_lower_case_digits": 1,
    "test_a_name_that_was_not_sent_is_null": 1,
    "test_attributes_that_were_not_sent_are_an_empty_object": 1,
    "test_nobody_is_known_to_be_online_at_first": 1,
    "test_a_user_without_role_sid_gets_the_services_default_role": 2,
    "test_a_new_user_was_updated_when_it_was_created": 1,
    "test_dates_are_gmt_in_whole_seconds": 2,
    "test_the_published_examples_are_answered_as_published": 3,
    "test_any_characters_make_an_identity": 3,
    "test_a_path_may_leave_a_plus_and_an_at_as_they_are": 1,
    "test_identities_are_case_sensitive": 2,
    "test_an_identity_is_taken_once": 2,
    "test_of_creates_at_once_one_succeeds": 5,
    "test_a_deleted_users_identity_is_free_again": 3,
    "test_a_list_shows_users_as_fetch_does": 5,
    "test_a_list_does_not_tell_who_is_online": 5,
    "test_the_first_and_the_last_page_have_null_for_missing_links": 5,
    "test_the_pages_hold_every_user_once": 5,
    "test_the_pages_are_numbered": 5,
    "test_a_page_is_of_the_size_that_was_asked_for": 5,
    "test_a_page_that_another_follows_is_full": 51,
    "test_a_list_is_in_order_of_creation": 6,
    "test_walking_pages_survives_changes": 8,
    "test_page_links_are_written_as_twilio_writes_them": 5,
    "test_a_page_links_to_itself_as_the_page_before_did": 5,
    "test_a_page_token_begins_with_pt": 5,
    "test_previous_page_url_leads_back": 5,
    "test_page_without_a_token_selects_nothing": 5,
    "test_a_full_last_page_has_no_next_one": 5,
    "test_a_made_up_page_token_is_refused": 5,
    "test_a_trailing_slash_is_accepted": 1,
    "test_other_methods_are_refused": 1,
    "test_the_webhook_header_is_taken": 3,
    "test_the_webhook_header_is_true_or_false": 4,
    "test_unknown_parameters_are_ignored": 2,
    "test_the_last_of_repeated_parameters_counts": 1,
    "test_answers_are_json_in_utf_8": 3,
    "test_the_answer_to_a_delete_has_no_type": 3,
    "test_a_get_may_have_a_content_type": 1,
    "test_each_answer_has_a_request_id": 3,
    "test_no_two_answers_have_one_request_id": 3,
    "test_no_answer_says_when_to_come_again": 3,
    "test_url_and_links_follow_the_path_that_was_used": 2,
    "test_one_user_has_a_url_for_each_path": 2,
    "test_url_and_links_name_the_host_that_was_asked": 1,
    "test_create_needs_an_identity": 1,
    "test_a_json_body_is_not_read": 1,
    "test_create_refuses_what_it_cannot_store": 1,
    "test_update_refuses_what_it_cannot_store": 2,
    "test_a_role_that_nobody_made_is_refused": 3,
    "test_attributes_come_back_to_the_letter": 2,
    "test_attributes_may_hold_escapes": 1,
    "test_attributes_must_be_json": 1,
    "test_empty_attributes_are_no_json": 1,
    "test_attributes_must_be_an_object": 1,
    "test_attributes_are_measured_in_bytes": 1,
    "test_each_operation_wants_credentials": 4,
    "test_a_request_without_credentials_is_refused": 1,
    "test_a_wrong_token_is_refused": 1,
    "test_fetch_answers_with_the_user": 1,
    "test_a_user_is_found_by_its_sid_or_its_identity": 3,
    "test_the_default_service_has_two_paths": 4,
    "test_services_know_nothing_of_each_other": 3,
    "test_a_user_is_unknown_in_another_service": 5,
    "test_an_unknown_user_is_not_found": 3,
    "test_an_unknown_service_is_not_found": 1,
}
"""The creates, updates and deletes of each test's own, by its name; those of no other are none.

What the kit deletes after a test counts nowhere: a run must be able to leave nothing behind.
"""

_TEST = re.compile(r"::(test_\w+)(\[default-)?")


def changes_needed(node_ids: Iterable[str], *, default_service: bool) -> int:
    """Give how many changes tests of the suite send; tests of others send none.

    Args:
        node_ids: what pytest calls the tests.
        default_service: whether the run may use the account's default service; if not,
            tests that ask for it are skipped.
    """
    found = [match for each in node_ids if (match := _TEST.search(each))]
    return sum(
        CHANGES.get(test, 0)
        for test, in_default in map(re.Match.groups, found)
        if default_service or not in_default
    )


def changes_for(needed: int, *, workers: int, spread: bool) -> int:
    """Give the changes to allow a run whose tests send so many.

    Each worker has the same share, however many it sends.

    Args:
        needed: the changes that the tests send.
        workers: the processes that share them.
        spread: whether tests go to any worker; else all may go to one.
    """
    if workers == 1:
        return needed
    return needed * 5 // 4 if spread else needed * workers
