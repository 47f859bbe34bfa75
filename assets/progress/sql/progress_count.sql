-- How many progress rows and users each of the cohorts in :cohorts has.
with
progress as (
    select
        class_id,
        count(*) as progress
    from landing.user_progress
    where gone_load is null
    group by class_id
),

cohort_progress as (
    select
        classes.cohort_id,
        sum(progress.progress) as progress
    from landing.classes as classes
    inner join progress on classes.id = progress.class_id
    group by classes.cohort_id
),

cohort_users as (
    select
        cohort_id,
        count(*) as users
    from landing.users
    group by cohort_id
)

select
    cohorts.id as cohort_id,
    cast(coalesce(cohort_users.users, 0) as bigint) as users,
    cast(coalesce(cohort_progress.progress, 0) + coalesce(cohort_users.users, 0) as bigint) as progress
from unnest(cast(:cohorts as text[])) as cohorts (id)
left join cohort_progress on cohorts.id = cohort_progress.cohort_id
left join cohort_users on cohorts.id = cohort_users.cohort_id
