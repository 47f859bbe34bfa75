-- The present participations of users :users in exam :exam, with their answers in order; instants in microseconds.
with
participations as (
    select *
    from core.exam_participations
    where
        exam_id = :exam
        and user_id = any(cast(:users as text[]))
        and gone_load is null
)

select
    participations.id,
    participations.user_id,
    participations.score,
    participations.status,
    participations.status_inferred,
    participations.pause_phase,
    participations.is_pause_cut_short,
    participations.total_pause_duration_ms,
    participations.in_progress_answers,
    participations.answers_missing,
    participations.origin,
    participations.source_id,
    answered.positions,
    answered.question_ids,
    answered.selected_answers,
    answered.are_correct,
    cast(0 as double precision) as creation_time,
    extract(epoch from participations.started_at) * 1000000 as started_at,
    extract(epoch from participations.completed_at) * 1000000 as completed_at,
    extract(epoch from participations.pause_started_at) * 1000000 as pause_started_at,
    extract(epoch from participations.pause_ended_at) * 1000000 as pause_ended_at
from participations
cross join
    lateral (
        select
            array_agg(answers.position order by answers.position) as positions,
            array_agg(answers.question_id order by answers.position) as question_ids,
            array_agg(answers.selected_answer order by answers.position) as selected_answers,
            array_agg(answers.is_correct order by answers.position) as are_correct
        from core.exam_answers as answers
        where
            answers.exam_id = participations.exam_id
            and answers.participation_id = participations.id
    ) as answered
