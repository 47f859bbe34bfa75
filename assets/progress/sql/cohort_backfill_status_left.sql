-- Drops the status of cohorts that are not staged.
delete from stats.cohort_backfill_status as stats
where not exists (
    select from staged_cohort_backfill_status as staged
    where staged.cohort_id = stats.cohort_id
)
