-- What v2 holds of the embedded entries of an exam whose document is no longer kept.
select
    participations.user_id,
    participations.score,
    participations.status,
    participations.status_inferred,
    participations.started_at,
    participations.completed_at,
    participations.pause_phase,
    participations.pause_started_at,
    participations.pause_ended_at,
    participations.is_pause_cut_short,
    participations.total_pause_duration_ms,
    participations.in_progress_answers,
    participations.answers_missing,
    answers.question_id,
    answers.selected_answer,
    answers.is_correct
from core.exam_participations as participations
left join core.exam_answers as answers
    on participations.exam_id = answers.exam_id and participations.id = answers.participation_id
where
    participations.exam_id = :exam
    and participations.origin = 'v1'
    and participations.gone_load is null
order by participations.user_id, answers.position
