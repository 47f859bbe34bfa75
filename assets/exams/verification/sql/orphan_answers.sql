-- How many answers of each exam belong to no participation, of the exams in :exams where it is given.
select
    answers.exam_id,
    count(*) as answers
from core.exam_answers as answers
where
    not exists (
        select from core.exam_participations as participations
        where
            participations.exam_id = answers.exam_id
            and participations.id = answers.participation_id
    )
    and (cast(:exams as text[]) is null or answers.exam_id = any(cast(:exams as text[])))
group by answers.exam_id
order by answers.exam_id
