-- Cohorts that left the source and whose stats still stand; those that nobody knows belong to those without a cohort.
with
held as (
    select cohort_id
    from stats.user_progress_stats
    union
    select cohort_id
    from stats.cohort_stats
)

select distinct coalesce(cohorts.id, 'unassigned') as cohort_id
from held
left join landing.cohorts as cohorts on held.cohort_id = cohorts.id
where
    cohorts.id is null
    or cohorts.gone_load is not null
