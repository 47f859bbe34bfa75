-- How many progress rows and users each of the cohorts in :cohorts has, in an order that :seed shuffles; first those
-- that an alert of a recount of :asset stands about.
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
),

alerted as (
    select distinct on (subject)
        subject,
        event = 'opened' as is_alerted
    from ops.alerts
    where
        asset = :asset
        and statement = 'a_recount_agrees'
        and kind = 'cohort'
    order by subject asc, alert_id desc
)

select
    cohorts.id as cohort_id,
    cast(coalesce(cohort_users.users, 0) as bigint) as users,
    cast(coalesce(cohort_progress.progress, 0) + coalesce(cohort_users.users, 0) as bigint) as progress,
    coalesce(alerted.is_alerted, false) as is_alerted
from unnest(cast(:cohorts as text[])) as cohorts (id)
left join cohort_progress on cohorts.id = cohort_progress.cohort_id
left join cohort_users on cohorts.id = cohort_users.cohort_id
left join alerted on cohorts.id = alerted.subject
order by coalesce(alerted.is_alerted, false) desc, hashtextextended(cohorts.id, :seed)
