-- Drops the rows of the cohorts in :cohorts whose student is no longer one of theirs, nor published with another.
-- Rows of cohorts that nobody knows belong to those without a cohort.
delete from stats.user_progress_stats as stats
where
    (
        stats.cohort_id = any(cast(:cohorts as text[]))
        or (
            'unassigned' = any(cast(:cohorts as text[]))
            and not exists (
                select from landing.cohorts as cohorts
                where cohorts.id = stats.cohort_id
            )
        )
    )
    and not exists (
        select from staged_user_progress_stats as staged
        where
            staged.user_id = stats.user_id
            and staged.cohort_id = any(cast(:cohorts as text[]))
    )
