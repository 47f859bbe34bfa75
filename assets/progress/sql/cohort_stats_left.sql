-- Drops the rows of the cohorts in :cohorts that the source no longer has. Rows of cohorts that nobody knows belong
-- to those without a cohort.
delete from stats.cohort_stats as stats
where
    (
        stats.cohort_id = any(cast(:cohorts as text[]))
        and not exists (
            select from staged_cohort_stats as staged
            where staged.cohort_id = stats.cohort_id
        )
    )
    or (
        'unassigned' = any(cast(:cohorts as text[]))
        and not exists (
            select from landing.cohorts as cohorts
            where cohorts.id = stats.cohort_id
        )
    )
