-- The source's own v2 rows of the exams in :exams, as they would stand in core; instants in microseconds.
with
participations as (
    select
        *,
        -- The epoch stands for no completion.
        nullif(completed_at, timestamptz 'epoch') as done_at
    from landing.exam_participations
    where
        exam_id = any(cast(:exams as text[]))
        and gone_load is null
)

select
    participations.id as source_id,
    participations.exam_id,
    participations.creation_time,
    participations.user_id,
    participations.score,
    participations.pause_phase,
    participations.is_pause_cut_short,
    participations.total_pause_duration_ms,
    answered.question_ids,
    answered.selected_answers,
    answered.are_correct,
    'v2' as origin,
    null as in_progress_answers,
    false as answers_missing,
    extract(epoch from participations.started_at) * 1000000 as started_at,
    extract(epoch from participations.done_at) * 1000000 as completed_at,
    extract(epoch from participations.pause_started_at) * 1000000 as pause_started_at,
    extract(epoch from participations.pause_ended_at) * 1000000 as pause_ended_at,
    case
        when participations.status is null and participations.done_at > timestamptz 'epoch' then 'completed'
        else participations.status
    end as status,
    participations.status is null
    and coalesce(participations.done_at > timestamptz 'epoch', false) as status_inferred
from participations
cross join lateral (
    select
        array_agg(answers.question_id order by answers.creation_time, answers.id) as question_ids,
        array_agg(answers.selected_answer order by answers.creation_time, answers.id) as selected_answers,
        array_agg(answers.is_correct order by answers.creation_time, answers.id) as are_correct
    from landing.exam_answers as answers
    where
        answers.participation_id = participations.id
        and answers.gone_load is null
) as answered
