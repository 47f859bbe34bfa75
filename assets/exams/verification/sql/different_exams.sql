-- The exams that landing and core do not hold alike, of those in :exams where it is given: where, and in which columns.
with
landed as (
    select *
    from landing.exams
    where gone_load is null
),

compared as (
    select
        coalesce(landed.id, exams.id) as exam_id,
        exams.id is null as is_missing,
        landed.id is null as is_surplus,
        array_remove(
            array[
                case when landed.creation_time is distinct from exams.creation_time then 'creation_time' end,
                case when landed.title is distinct from exams.title then 'title' end,
                case when landed.description is distinct from exams.description then 'description' end,
                case when landed.start_date is distinct from exams.start_date then 'start_date' end,
                case when landed.end_date is distinct from exams.end_date then 'end_date' end,
                case when landed.question_ids is distinct from exams.question_ids then 'question_ids' end,
                case when landed.completion_time is distinct from exams.completion_time then 'completion_time' end,
                case
                    when landed.allowed_participants is distinct from exams.allowed_participants
                        then 'allowed_participants'
                end,
                case when landed.enable_pause is distinct from exams.enable_pause then 'enable_pause' end,
                case
                    when landed.pause_duration_minutes is distinct from exams.pause_duration_minutes
                        then 'pause_duration_minutes'
                end,
                case when landed.is_active is distinct from exams.is_active then 'is_active' end,
                case when landed.created_by is distinct from exams.created_by then 'created_by' end
            ],
            null
        ) as fields
    from landed
    full join core.exams as exams on landed.id = exams.id
)

select
    exam_id,
    is_missing,
    is_surplus,
    fields
from compared
where
    (is_missing or is_surplus or cardinality(fields) > 0)
    and (cast(:exams as text[]) is null or exam_id = any(cast(:exams as text[])))
order by exam_id
