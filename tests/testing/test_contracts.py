"""The contract suites prove themselves: of many adapters, each wrong in one way, each fails the test of that way."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cache
from typing import Any, ClassVar

import pytest

from agentprov.testing import contracts
from agentprov.testing.contracts import Contract
from tests.testing import broken_stores as stores
from tests.testing import broken_tenants as tenants
from tests.testing.broken_stores import lingering

Suite = type[Contract]

TENANTS = (contracts.TenantRepositoryContract, "repository")
PASSWORDS = (contracts.CredentialRepositoryContract, "credentials")
CODES = (contracts.CodeRepositoryContract, "code_store")
TOKENS = (contracts.TokenRepositoryContract, "token_store")
PRESENCE = (contracts.PresenceRepositoryContract, "presence")
STICKY = (contracts.StickyRepositoryContract, "sticky")
ROTATION = (contracts.RotationRepositoryContract, "rotation")
AUDIT = (contracts.AuditRepositoryContract, "audit")
STORE = (contracts.StoreContract, "store")
SUITES = (TENANTS, PASSWORDS, CODES, TOKENS, PRESENCE, STICKY, ROTATION, AUDIT, STORE)
"""Each suite, and what it calls its store."""

BROKEN: tuple[tuple[tuple[Suite, str], type, tuple[str, ...]], ...] = (
    (TENANTS, tenants.Forgetful, ("test_a_stale_change_is_a_conflict",)),
    (TENANTS, tenants.Lockless, ("test_racing_updates_are_not_lost", "test_of_racing_creators_exactly_one_wins")),
    (TENANTS, tenants.Additive, ("test_catching_up_gives_what_loading_gives",)),
    (
        TENANTS,
        tenants.Unindexed,
        ("test_a_taken_login_is_refused_on_the_latest_version_too", "test_of_racing_creators_exactly_one_wins"),
    ),
    (TENANTS, tenants.Halfway, ("test_a_failed_commit_leaves_nothing",)),
    (TENANTS, tenants.OneByOne, ("test_what_is_unique_changes_hands_within_a_change",)),
    (TENANTS, tenants.Silent, ("test_a_taken_login_is_named", "test_a_taken_number_is_named")),
    (TENANTS, tenants.Backwards, ("test_a_change_from_the_future_is_a_conflict",)),
    (TENANTS, tenants.Trusting, ("test_a_change_of_something_else_by_now_is_a_conflict",)),
    (TENANTS, tenants.CaseBlind, ("test_ids_and_logins_are_compared_with_their_case",)),
    (TENANTS, tenants.Overwriting, ("test_a_tenant_is_created_once",)),
    (TENANTS, tenants.Empty, ("test_an_unknown_tenant_is_not_found",)),
    (TENANTS, tenants.Numeric, ("test_texts_that_look_like_something_else_stay_texts",)),
    (TENANTS, tenants.Stringly, ("test_what_is_not_given_stays_nothing",)),
    (TENANTS, tenants.Kindless, ("test_one_id_of_two_kinds_is_two_objects",)),
    (TENANTS, tenants.Partial, ("test_settings_and_limits_of_the_tenant_are_kept",)),
    (TENANTS, tenants.Cached, ("test_what_was_committed_comes_back_equal",)),
    (TENANTS, tenants.Insertion, ("test_ids_are_listed_in_their_order",)),
    (TENANTS, tenants.Polite, ("test_ids_are_listed_in_their_order",)),
    (TENANTS, tenants.Restarting, ("test_versions_count_by_one",)),
    (TENANTS, tenants.Refounding, ("test_folding_leaves_the_tenant",)),
    (TENANTS, tenants.Unlogged, ("test_the_log_keeps_what_came_with_the_commit", "test_the_log_rebuilds_the_tenant")),
    (
        TENANTS,
        tenants.Gappy,
        ("test_a_version_outside_the_log_is_an_error", "test_followers_from_before_a_fold_load_anew"),
    ),
    (TENANTS, tenants.Unkeyed, ("test_a_retried_commit_applies_once", "test_of_racing_retries_one_applies")),
    (TENANTS, tenants.Eager, ("test_a_failed_commit_leaves_nothing", "test_every_refusal_leaves_all_as_it_was")),
    (TENANTS, tenants.Requestless, ("test_a_key_belongs_to_one_request",)),
    (TENANTS, tenants.Gullible, ("test_a_key_belongs_to_one_change",)),
    (TENANTS, tenants.Rehashing, ("test_a_key_belongs_to_one_request",)),
    (TENANTS, tenants.CaseBlindKeys, ("test_keys_are_compared_with_their_case",)),
    (TENANTS, tenants.SharedKeys, ("test_tenants_do_not_touch_each_other",)),
    (
        TENANTS,
        tenants.Lenient,
        (
            "test_a_reason_that_nobody_can_read_is_refused",
            "test_what_is_no_key_is_refused",
            "test_an_instant_without_offset_is_refused",
        ),
    ),
    (TENANTS, tenants.Leaky, ("test_secrets_are_never_stored",)),
    (
        TENANTS,
        tenants.ToTheSecond,
        ("test_an_entry_keeps_who_why_and_what", "test_instants_are_compared_to_the_microsecond"),
    ),
    (TENANTS, tenants.Actorless, ("test_an_entry_keeps_who_why_and_what",)),
    (TENANTS, tenants.Founderless, ("test_a_folded_log_begins_there",)),
    (TENANTS, tenants.Refolding, ("test_the_founding_is_what_was_created",)),
    (TENANTS, tenants.Hoarding, ("test_keys_go_with_their_entries",)),
    (TENANTS, tenants.FoldingAll, ("test_folding_one_tenant_leaves_the_others",)),
    (TENANTS, tenants.Unfolding, ("test_a_version_outside_the_log_is_not_folded_to",)),
    (TENANTS, tenants.Resetting, ("test_folding_again_does_nothing",)),
    (TENANTS, tenants.Inclusive, ("test_changes_are_found_by_time",)),
    (TENANTS, tenants.Endless, ("test_changes_are_found_by_time",)),
    (TENANTS, tenants.ById, ("test_changes_are_found_by_object_and_actor",)),
    (TENANTS, tenants.AnyOf, ("test_changes_are_found_by_object_and_actor",)),
    (TENANTS, tenants.Newest, ("test_a_history_tells_before_and_after",)),
    (TENANTS, tenants.ByTheClock, ("test_the_order_is_that_of_the_versions",)),
    (TENANTS, tenants.Everyones, ("test_a_history_is_of_one_tenant",)),
    (
        PASSWORDS,
        stores.CarelessPasswords,
        ("test_only_the_expected_password_is_replaced", "test_of_racing_passwords_exactly_one_wins"),
    ),
    (PASSWORDS, stores.SharedPasswords, ("test_passwords_belong_to_one_user_of_one_tenant",)),
    (PASSWORDS, stores.TimelessPasswords, ("test_a_password_comes_back_equal",)),
    (PASSWORDS, stores.HauntedPasswords, ("test_nothing_is_stored_at_first",)),
    (PASSWORDS, stores.StickyPasswords, ("test_a_removed_password_is_gone",)),
    (
        CODES,
        stores.SlapdashCodes,
        (
            "test_only_the_expected_record_is_replaced",
            "test_a_code_is_used_once_however_many_come_together",
            "test_wrong_tries_that_come_together_are_all_counted",
        ),
    ),
    (CODES, stores.PurposelessCodes, ("test_codes_belong_to_one_user_and_one_purpose",)),
    (CODES, stores.RoundedCodes, ("test_a_record_comes_back_equal",)),
    (CODES, stores.HauntedCodes, ("test_nothing_is_kept_at_first",)),
    (CODES, stores.CodelessCodes, ("test_an_empty_record_comes_back_equal",)),
    (CODES, stores.StickyCodes, ("test_a_forgotten_user_has_nothing",)),
    (
        TOKENS,
        stores.ResurrectingTokens,
        ("test_only_the_expected_record_is_replaced", "test_a_use_never_undoes_a_revocation"),
    ),
    (TOKENS, stores.GlobalTokens, ("test_tokens_belong_to_one_user_of_one_tenant",)),
    (TOKENS, stores.UnsortedTokens, ("test_tokens_are_listed_in_order",)),
    (TOKENS, stores.ListedTokens, ("test_nothing_is_kept_at_first",)),
    (TOKENS, stores.StickyTokens, ("test_a_forgotten_user_has_nothing",)),
    (TOKENS, stores.RoundedTokens, ("test_a_token_comes_back_equal",)),
    (PRESENCE, stores.CarelessPresence, ("test_only_the_expected_record_is_replaced",)),
    (PRESENCE, stores.LocklessPresence, ("test_of_racing_records_exactly_one_wins",)),
    (PRESENCE, stores.CaseBlindPresence, ("test_records_belong_to_one_user_of_one_tenant",)),
    (PRESENCE, stores.UnsortedPresence, ("test_everybody_comes_by_their_ids",)),
    (PRESENCE, stores.PlainPresence, ("test_a_record_comes_back_equal", "test_every_presence_is_kept")),
    (PRESENCE, stores.EverywherePresence, ("test_a_forgotten_user_has_nothing",)),
    (PRESENCE, stores.GhostPresence, ("test_nothing_is_kept_at_first",)),
    (PRESENCE, stores.TolerantPresence, ("test_nothing_is_not_replaced_by_what_expects_something",)),
    (
        ROTATION,
        stores.CarelessTurns,
        ("test_only_the_expected_turn_is_replaced", "test_of_racing_calls_exactly_one_gets_the_turn"),
    ),
    (ROTATION, stores.FrozenTurns, ("test_a_turn_is_kept",)),
    (ROTATION, stores.StrictTurns, ("test_a_turn_may_stay_with_the_same_user",)),
    (ROTATION, stores.SharedTurns, ("test_turns_belong_to_one_department_of_one_tenant",)),
    (ROTATION, stores.HauntedTurns, ("test_nobody_was_offered_anything_at_first",)),
    (ROTATION, stores.EverywhereTurns, ("test_a_forgotten_user_has_no_turn",)),
    (STICKY, stores.HastySticky, ("test_a_late_report_changes_nothing", "test_of_racing_reports_the_latest_stays")),
    (STICKY, stores.FirstSticky, ("test_the_later_answer_stays",)),
    (STICKY, stores.UndyingSticky, ("test_a_record_is_dead_at_its_end",)),
    (STICKY, stores.EverywhereSticky, ("test_a_user_is_forgotten_everywhere",)),
    (STICKY, stores.SharedSticky, ("test_records_belong_to_one_caller_of_one_tenant",)),
    (STICKY, stores.PlacelessSticky, ("test_a_record_comes_back_equal",)),
    (STICKY, stores.BuryingSticky, ("test_forgetting_the_dead_keeps_the_living",)),
    (STICKY, stores.LocalSticky, ("test_an_instant_needs_its_offset",)),
    (STICKY, stores.HauntedSticky, ("test_nobody_is_known_at_first",)),
    (AUDIT, stores.OverwritingAudit, ("test_what_was_noted_stays",)),
    (AUDIT, stores.RefusingAudit, ("test_what_was_noted_stays", "test_of_racing_notes_with_one_key_one_stays")),
    (AUDIT, stores.BriefAudit, ("test_a_note_comes_back_equal",)),
    (AUDIT, stores.LoudAudit, ("test_keys_belong_to_one_tenant_and_have_their_case",)),
    (AUDIT, stores.UnsortedAudit, ("test_notes_come_by_when_it_was",)),
    (AUDIT, stores.InclusiveAudit, ("test_notes_are_found_by_object_actor_and_time",)),
    (AUDIT, stores.HauntedAudit, ("test_nothing_is_noted_at_first",)),
    *(
        (STORE, lingering(part), ("test_everything_goes_with_its_user",))
        for part in ("credentials", "codes", "tokens", "presence", "sticky", "rotation")
    ),
    (STORE, stores.Early, ("test_logging_on_races_a_removal", "test_logging_on_races_a_move")),
    (STORE, stores.Unasked, ("test_who_is_logged_on_stays",)),
    (STORE, stores.Rooted, ("test_other_changes_of_who_is_logged_on_are_done",)),
    (STORE, stores.Moving, ("test_who_is_logged_on_stays",)),
    (STORE, stores.First, ("test_everybody_who_is_logged_on_is_named",)),
    (STORE, stores.Unknowing, ("test_presence_is_of_users_who_are_there",)),
    (STORE, stores.Hurried, ("test_a_refused_removal_takes_nothing",)),
    (STORE, stores.Repeating, ("test_a_repeated_removal_takes_nothing_of_the_successor",)),
    (STORE, stores.Wide, ("test_nothing_of_others_goes",)),
    (STORE, stores.Harsh, ("test_who_stays_keeps_everything",)),
    (STORE, stores.Adminless, ("test_of_two_who_remove_the_last_admins_one_is_refused",)),
    (STORE, stores.Chatty, ("test_a_refusal_is_noted_once",)),
    (STORE, stores.Deaf, ("test_a_command_sent_many_times_is_done_once",)),
)
"""A suite, an adapter that is wrong in one way, and the tests that must see it."""

ABOUT_THE_MODEL = {
    "test_hashes_are_never_shown",  # of passwords and of codes
    "test_digests_are_never_shown",
}
"""What is asked of the values, and so of no adapter."""


def cases_of(suite: Suite) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every test of a suite with its arguments, as pytest would run them."""
    for name in sorted(name for name in dir(suite) if name.startswith("test_")):
        marks = [mark for mark in getattr(getattr(suite, name), "pytestmark", ()) if mark.name == "parametrize"]
        for drawn in itertools.product(*(list(mark.args[1]) for mark in marks)):
            named: dict[str, Any] = {}
            for mark, values in zip(marks, drawn, strict=True):
                names = [mark.args[0]] if isinstance(mark.args[0], str) else list(mark.args[0])
                named |= dict(zip(names, values if len(names) > 1 else [values], strict=True))
            yield name, named


@cache
def failures(suite: tuple[Suite, str], adapter: type) -> frozenset[str]:
    """The names of the tests that an adapter fails."""
    contract, maker = suite
    mine = type("Suite", (contract,), {maker: lambda _: adapter()})
    failed = set()
    for name, named in cases_of(contract):
        try:
            getattr(mine(), name)(**named)
        except (Exception, pytest.fail.Exception):  # noqa: BLE001  any of them is a failure
            failed.add(name)
    return frozenset(failed)


@pytest.mark.parametrize(("suite", "adapter", "named"), BROKEN, ids=[f"{adapter.__name__}" for _, adapter, _ in BROKEN])
def test_a_suite_sees_a_broken_adapter(suite: tuple[Suite, str], adapter: type, named: tuple[str, ...]) -> None:
    """ST-6: an adapter that breaks one promise fails the tests of just that promise by name, and not every test."""
    failed = failures(suite, adapter)
    assert set(named) <= failed
    assert failed != {name for name, _ in cases_of(suite[0])}


@pytest.mark.parametrize("suite", SUITES, ids=[suite.__name__ for suite, _ in SUITES])
def test_every_test_can_fail(suite: tuple[Suite, str]) -> None:
    """ST-6: there is no test in a suite that no broken adapter fails."""
    seen = frozenset[str]().union(*(failures(each, adapter) for each, adapter, _ in BROKEN if each == suite))
    assert set() == {name for name, _ in cases_of(suite[0])} - seen - ABOUT_THE_MODEL


def test_a_suite_without_an_adapter_says_what_to_write() -> None:
    """LC-2: who has said of no method how to make an empty store is told so."""
    with pytest.raises(NotImplementedError, match="how to make an empty store"):
        contracts.PresenceRepositoryContract().presence()


def test_exemptions_are_skipped_with_their_reason() -> None:
    """ST-6: what an adapter can't do is reported as skipped, in the words of its author."""

    class Foldless(contracts.TenantRepositoryContract):
        EXEMPT: ClassVar = {"test_a_folded_log_begins_there": "the log is kept for ever"}

    with pytest.raises(pytest.skip.Exception, match="the log is kept for ever"):
        Foldless().test_a_folded_log_begins_there()
    assert contracts.TenantRepositoryContract.test_a_folded_log_begins_there.__doc__ is not None


@pytest.mark.parametrize(
    "exempt", [{"test_nothing_like_it": "why"}, {"repository": "why"}, {"test_a_folded_log_begins_there": " "}]
)
def test_an_exemption_names_a_test_and_a_reason(exempt: dict[str, str]) -> None:
    """ST-6: a name that is no test, such as one that was renamed, is an error, and so is a reason that says nothing."""
    with pytest.raises(TypeError, match="is exempt from"):
        type("Mine", (contracts.TenantRepositoryContract,), {"EXEMPT": exempt})
