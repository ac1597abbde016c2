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
        every_kind_of_script_round_trips,
        importers_are_those_of_the_newest_version,
        a_name_is_taken_once_in_a_tenant,
        endpoint_paths_are_unique_regardless_of_parameter_names,
        a_script_is_found_by_name,
        deleting_a_script_deletes_its_versions_but_not_runs,
        another_tenant_finds_nothing,
        importers_have_the_user_they_run_as,
        scripts_of_an_older_version_keep_their_run_as_user,
        lists_are_filtered,
        a_search_accepts_any_case_and_character,
        lists_are_sorted_and_paged,
        every_order_of_scripts_can_be_paged;
    versions:
        every_change_creates_a_version,
        an_old_version_can_be_made_the_newest,
        an_update_of_an_old_version_is_refused,
        an_update_fails_if_another_script_was_saved,
        of_two_concurrent_updates_exactly_one_wins,
        an_update_to_a_taken_name_changes_nothing;
    executions:
        a_run_round_trips_at_every_step,
        a_buffered_record_is_visible_to_the_next_reader,
        a_buffered_record_is_written_soon_without_readers,
        a_record_ends_a_begun_run_and_is_counted_once,
        an_invalid_record_does_not_affect_others,
        a_dry_run_is_marked_from_the_start_and_keeps_its_preview,
        an_attempt_at_an_occurrence_is_recorded_once,
        concurrent_begins_and_ends_each_get_their_result,
        a_run_finishes_once_and_the_first_end_stays,
        of_two_concurrent_finishes_exactly_one_wins,
        every_outcome_round_trips,
        another_tenant_finds_nothing,
        lists_are_filtered_and_sorted_newest_first,
        lists_filter_for_every_status,
        pages_lead_through_all_runs_and_back,
        an_endpoint_s_outcome_follows_its_http_status,
        tests_are_not_the_last_run_and_can_be_left_out,
        logged_errors_are_counted,
        a_run_with_an_expired_lease_is_recovered_once,
        a_renewed_lease_keeps_a_run,
        ends_and_renewals_never_deadlock,
        leases_do_not_depend_on_the_clocks_of_nodes,
        a_heartbeat_returns_the_database_s_clock,
        recovery_comes_in_batches,
        other_nodes_get_cancel_requests_if_there_can_be_any;
    occurrences:
        a_schedule_is_saved_and_deleted_with_its_script,
        a_schedule_uses_its_own_time_zone_or_its_tenant_s,
        scripts_of_an_older_version_get_their_schedule,
        each_due_time_is_recorded_once,
        a_time_is_skipped_until_the_previous_one_is_settled,
        nodes_that_plan_and_claim_concurrently_share_work,
        an_occurrence_is_claimed_when_it_is_due,
        no_more_is_claimed_than_there_is_room_for,
        tenants_with_due_work_are_found_in_turn,
        waiting_occurrences_are_counted_by_tenant,
        a_time_skipped_by_a_clock_change_runs_when_it_is_undone,
        times_postponed_by_a_fast_clock_are_corrected,
        a_reason_round_trips_with_its_code_and_values,
        a_failed_attempt_is_retried_after_its_delay,
        occurrences_of_a_dead_node_are_found_with_their_runs,
        an_attempt_is_settled_only_by_the_end_of_its_run,
        only_due_occurrences_can_be_cancelled,
        a_dead_letter_is_listed_until_it_is_handled_once,
        occurrences_are_counted_up_to_a_limit_and_filtered,
        handlers_of_events_are_found_in_their_tenant,
        a_requested_run_keeps_its_versions;
    pauses:
        times_skipped_by_a_pause_are_one_row_for_each_script,
        after_a_resume_schedules_fire_without_catching_up,
        a_pause_is_per_tenant_and_can_be_changed;
    attention:
        failures_are_counted_by_script_without_tests_and_dry_runs,
        open_occurrences_are_counted_by_script;
    history:
        old_history_is_removed_by_tenant_in_batches,
        history_in_use_is_not_removed,
        the_size_of_history_is_known_by_tenant,
        omitted_parts_of_a_run_are_noted;
    run_counts:
        a_chart_equals_the_list_of_its_runs,
        the_migration_counts_existing_runs;
    storage:
        a_value_stays_until_it_is_replaced_or_removed,
        a_value_expires,
        tenants_do_not_share_values,
        json_round_trips_unchanged,
        expired_values_are_purged_in_batches,
        concurrent_increments_all_count,
        of_concurrent_compare_and_sets_exactly_one_wins,
        keys_are_listed_by_prefix_in_pages,
        a_full_store_accepts_no_more_until_there_is_room,
        expired_values_do_not_count_as_used;
    http_hosts:
        a_host_is_allowed_once_and_removed_once,
        tenants_do_not_share_hosts,
        deleting_a_tenant_removes_its_values_and_hosts;
    templates:
        a_template_is_stored_replaced_and_listed,
        a_template_has_a_text_for_each_language,
        tenants_do_not_share_templates;
    strikes:
        strikes_are_counted_by_fault_within_their_window,
        a_run_is_one_strike,
        strikes_of_a_caller_count_against_the_caller,
        inactive_changed_or_deleted_scripts_get_no_strike,
        concurrent_strikes_of_several_nodes_all_count,
        a_quarantine_is_stored_and_ends_on_activation;
    rows:
        a_corrupt_script_is_named,
        a_corrupt_run_is_named;
    plans:
        no_frequent_statement_reads_all_of_history;
    migrating:
        migrating_twice_does_nothing_the_second_time,
        applied_and_pending_migrations_are_listed,
        a_newer_schema_is_refused,
        a_changed_migration_is_refused,
        two_nodes_can_start_together;
}
