-- The answers of some participations of the source's own v2 table, in order.
select
    answers.participation_id,
    answers.question_id,
    answers.selected_answer,
    answers.is_correct
from landing.exam_answers as answers
inner join landing.exam_participations as participations on answers.participation_id = participations.id
where
    participations.exam_id = any(:exams)
    and participations.gone_load is null
    and answers.gone_load is null
order by answers.participation_id, answers.creation_time, answers.id
