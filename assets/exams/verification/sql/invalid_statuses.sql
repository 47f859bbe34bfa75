-- Present participations whose status is none that exists, or is not what their completion says.
with
participations as (
    select
        exam_id,
        user_id
    from core.exam_participations
    where
        gone_load is null
        and (
            status not in ('in_progress', 'completed', 'auto_submitted')
            or (status is null and completed_at > timestamptz 'epoch')
            or (status_inferred and status is distinct from 'completed')
            or (status_inferred and completed_at is null)
        )
        and (cast(:exams as text[]) is null or exam_id = any(cast(:exams as text[])))
)

select
    participations.exam_id,
    participations.user_id
from participations
left join landing.users as users
    on
        participations.user_id = users.id
        and users.gone_load is null
left join landing.cohorts as cohorts
    on
        users.cohort_id = cohorts.id
        and cohorts.gone_load is null
where
    cast(:cohorts as text[]) is null
    or coalesce(cohorts.id, 'unassigned') = any(cast(:cohorts as text[]))
order by participations.exam_id, participations.user_id
