-- How many participations each partition has.
select
    coalesce(cohorts.id, 'unassigned') as cohort_id,
    count(*) as rows
from core.exam_participations as participations
left join landing.users as users on participations.user_id = users.id and users.gone_load is null
left join landing.cohorts as cohorts on users.cohort_id = cohorts.id and cohorts.gone_load is null
where participations.gone_load is null
group by coalesce(cohorts.id, 'unassigned')
