-- How many of the source's own v2 answers belong to none of its participations.
select count(*) as answers
from landing.exam_answers as answers
where
    answers.gone_load is null
    and not exists (
        select from landing.exam_participations as participations
        where
            participations.id = answers.participation_id
            and participations.gone_load is null
    )
