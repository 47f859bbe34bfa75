-- Answers of the source's own v2 table whose participation it does not have.
select
    answers.id,
    answers.participation_id,
    answers.question_id,
    answers.selected_answer,
    answers.is_correct,
    answers.load_id
from landing.exam_answers as answers
left join landing.exam_participations as participations
    on answers.participation_id = participations.id and participations.gone_load is null
where
    answers.gone_load is null
    and participations.id is null
order by answers.id
