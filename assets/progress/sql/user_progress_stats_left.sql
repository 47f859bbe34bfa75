-- Drops the rows of students who are no longer active in the cohorts in :cohorts, or whose cohort left the source.
delete from stats.user_progress_stats as stats
where
    stats.cohort_id = any(cast(:cohorts as text[]))
    and not exists (
        select from landing.users as users
        inner join landing.cohorts as cohorts on users.cohort_id = cohorts.id
        where
            users.id = stats.user_id
            and users.cohort_id = stats.cohort_id
            and users.deleted_at is null
            and users.gone_load is null
            and cohorts.gone_load is null
    )
