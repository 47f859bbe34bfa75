-- Students of the cohorts in :cohorts without stats, and stats of those who are no active student of theirs. Stats of
-- cohorts that nobody knows belong to those without a cohort.
with
active as (
    select
        users.id as user_id,
        users.cohort_id
    from landing.users as users
    inner join landing.cohorts as cohorts
        on
            users.cohort_id = cohorts.id
            and cohorts.gone_load is null
    where
        users.cohort_id = any(cast(:cohorts as text[]))
        and users.deleted_at is null
        and users.gone_load is null
),

stored as (
    select
        stats.user_id,
        stats.cohort_id
    from stats.user_progress_stats as stats
    where
        stats.cohort_id = any(cast(:cohorts as text[]))
        or (
            'unassigned' = any(cast(:cohorts as text[]))
            and not exists (
                select from landing.cohorts as cohorts
                where cohorts.id = stats.cohort_id
            )
        )
)

select
    coalesce(active.cohort_id, stored.cohort_id) as cohort_id,
    count(*) as "rows",
    count(*) filter (where stored.user_id is null) as students_without_stats,
    count(*) filter (where active.user_id is null) as stats_without_student
from active
full join stored
    on
        active.user_id = stored.user_id
        and active.cohort_id = stored.cohort_id
where
    active.user_id is null
    or stored.user_id is null
group by coalesce(active.cohort_id, stored.cohort_id)
order by cohort_id
