-- Every kept v1 document in the order of exams, and the exams of which it was cleared.
select
    kept.exam_id,
    exams.title,
    kept.digest,
    kept.document,
    kept.participants,
    kept.answers
from landing.v1_exams as kept
left join landing.exams as exams on kept.exam_id = exams.id
where
    kept.document is not null
    or kept.cleared_at is not null
order by kept.exam_id collate "C"
