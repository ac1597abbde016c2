//! The promises of the stores; the same functions check every store.
//!
//! PostgreSQL is really started (`support/postgres.rs`); if it is not installed, these tests fail with a message that names the package.

mod attention;
mod connecting;
mod executions;
mod history;
mod host_tables;
mod hostile_sql;
mod http_hosts;
mod messages;
mod migrating;
mod occurrences;
mod ordinary_sql;
mod pauses;
mod plans;
mod recovery;
mod rows;
mod run_counts;
mod samples;
mod scoped_rows;
mod scoped_writes;
mod script_database;
mod scripts;
mod spliced_sql;
mod sqlite_process;
mod storage;
mod stores;
mod strikes;
mod templates;
mod versions;

use stores::Stores;

/// Runs each function once for each store.
macro_rules! contract {
    ($($suite:ident: $($promise:ident),+;)+) => {
        mod sqlite {
            $(mod $suite { $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $promise() {
                    crate::$suite::$promise(&crate::Stores::sqlite().await).await;
                }
            )+ })+
        }
        mod postgres {
            $(mod $suite { $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $promise() {
                    crate::$suite::$promise(&crate::Stores::postgres().await).await;
                }
            )+ })+
        }
    };
}

contract! {
    scripts:
        every_kind_comes_back_as_it_was_stored,
        who_imports_what_is_known_of_the_newest_version,
        a_name_is_taken_once_in_a_tenant,
        an_endpoint_is_taken_once_in_a_tenant_whatever_its_parameters_are_called,
        a_script_is_found_by_name_and_by_endpoint,
        a_deleted_script_is_gone_with_its_versions_but_not_its_runs,
        another_tenant_finds_nothing,
        importers_tell_whose_rights_they_run_with,
        scripts_of_an_older_version_go_on_to_run_as_whom_they_did,
        lists_are_filtered,
        a_search_takes_any_case_and_any_character,
        lists_are_sorted_and_cut_into_pages,
        every_order_of_scripts_has_its_cursors,
        active_scripts_are_found_across_tenants;
    versions:
        every_change_leaves_its_version,
        an_old_version_can_be_made_the_newest,
        an_update_of_an_old_version_is_refused,
        an_update_holds_only_while_no_other_script_is_saved,
        of_two_updates_at_once_exactly_one_wins,
        an_update_to_a_taken_name_changes_nothing;
    executions:
        a_run_comes_back_at_every_step,
        what_is_kept_is_there_for_whoever_asks_next,
        what_is_kept_is_written_soon_though_nobody_asks,
        a_record_ends_a_run_whose_begin_is_there_and_is_counted_once,
        a_record_that_breaks_a_rule_takes_no_other_with_it,
        a_dry_run_is_one_from_its_beginning_and_keeps_what_it_would_have_changed,
        a_run_starts_once,
        an_attempt_at_an_occurrence_is_recorded_once,
        of_many_that_begin_and_end_at_once_each_hears_of_its_own,
        a_run_finishes_once_and_the_first_word_stays,
        of_two_finishes_at_once_exactly_one_wins,
        every_outcome_comes_back,
        another_tenant_finds_nothing,
        lists_are_filtered_and_come_newest_first,
        lists_filter_for_every_status,
        pages_lead_through_all_runs_and_back,
        an_endpoint_s_answer_counts_as_its_http_status_says,
        trials_are_not_the_last_run_and_can_be_left_out,
        errors_that_were_logged_are_counted,
        a_run_whose_lease_passed_is_lost_and_recovered_once,
        a_renewed_lease_keeps_a_run,
        ends_and_renewals_never_wait_for_each_other_in_a_circle,
        whatever_the_clocks_of_nodes_show_a_lease_lasts_as_long_as_it_does,
        a_node_says_that_it_is_alive_and_hears_the_database_s_clock,
        recovery_comes_in_batches,
        other_nodes_are_asked_to_cancel_where_there_can_be_any;
    occurrences:
        a_schedule_is_written_with_its_script_and_goes_with_it,
        a_schedule_follows_the_clock_of_its_tenant_unless_it_has_its_own,
        scripts_of_an_older_version_get_their_schedule,
        each_time_that_has_come_is_in_the_ledger_once,
        a_time_is_skipped_while_the_one_before_is_not_settled,
        nodes_that_plan_and_claim_at_once_share_the_work,
        an_occurrence_comes_back_and_is_claimed_when_its_time_has_come,
        no_more_is_claimed_than_there_is_room_for,
        tenants_with_something_due_are_found_in_turn,
        what_waits_is_counted_for_its_tenant,
        a_time_that_a_clock_went_past_is_one_row_and_comes_again_when_it_is_put_right,
        what_a_clock_that_was_ahead_has_put_off_is_put_right,
        a_reason_comes_back_with_its_code_and_its_values,
        a_failed_attempt_is_followed_by_the_next_at_its_time,
        what_a_dead_node_had_is_found_with_the_record_of_its_run,
        an_attempt_is_settled_with_the_end_of_its_run_and_only_by_it,
        only_what_is_due_can_be_cancelled,
        a_dead_letter_is_listed_until_it_is_handled_once,
        the_ledger_is_counted_up_to_a_limit_and_filtered_for_every_state,
        handlers_of_events_are_found_in_their_tenant,
        a_run_that_was_asked_for_keeps_its_versions;
    pauses:
        what_a_pause_leaves_out_is_one_row_for_each_script,
        after_a_resume_schedules_fire_and_nothing_is_made_up_for,
        a_pause_is_its_tenant_s_and_is_changed_by_the_next_wish;
    attention:
        failures_are_counted_by_script_without_tests_and_dry_runs,
        open_occurrences_are_counted_by_script;
    history:
        what_ended_long_ago_is_removed_in_its_tenant_in_batches,
        what_somebody_may_look_for_stays,
        what_history_holds_is_known_by_tenant,
        what_was_left_out_of_a_run_is_noted;
    run_counts:
        a_chart_tells_what_the_list_of_its_runs_tells,
        what_was_there_before_is_counted_by_the_migration;
    storage:
        a_value_stays_until_it_is_replaced_or_removed,
        a_value_is_gone_when_its_time_has_come,
        tenants_do_not_share_values,
        json_comes_back_as_it_was_written,
        expired_values_are_purged_in_batches,
        of_many_who_count_at_once_each_counts,
        of_many_who_compare_and_set_exactly_one_wins,
        keys_are_listed_by_prefix_in_pages,
        a_full_store_takes_no_more_until_there_is_room,
        what_is_used_is_what_has_not_expired;
    http_hosts:
        a_host_is_allowed_once_and_taken_away_once,
        tenants_do_not_share_hosts,
        what_a_deleted_tenant_stored_and_allowed_is_gone;
    templates:
        a_template_is_stored_replaced_and_listed,
        a_template_has_a_text_for_each_language,
        tenants_do_not_share_templates;
    strikes:
        strikes_are_counted_by_fault_for_as_long_as_they_count,
        a_run_is_one_strike,
        strikes_of_a_caller_count_against_the_caller,
        a_script_that_is_off_changed_or_gone_gets_no_strike,
        strikes_of_several_nodes_at_once_are_all_counted,
        a_quarantine_comes_back_with_its_script_and_ends_when_it_is_switched_on;
    rows:
        a_broken_script_is_named,
        a_broken_run_is_named;
    plans:
        nothing_that_is_asked_often_reads_all_of_history;
    migrating:
        migrating_twice_does_nothing_the_second_time,
        what_is_applied_and_what_is_pending_can_be_asked,
        a_newer_schema_is_refused,
        a_changed_file_is_refused,
        two_nodes_can_start_together;
}
