-- The kept v1 documents of the exams in :exams.
select
    exam_id,
    document
from landing.v1_exams
where
    exam_id = any(cast(:exams as text[]))
    and document is not null
