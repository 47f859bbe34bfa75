-- What v1 still embeds: exams with participants, these, and their answers.
select
    count(*) as exams,
    coalesce(sum(participants), 0) as participants,
    coalesce(sum(answers), 0) as answers
from landing.v1_exams
where
    is_embedded
    and participants > 0
    and document is not null
    and gone_load is null
