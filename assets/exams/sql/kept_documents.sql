-- The kept v1 documents of some exams that the source still has, and whether each was cleared.
select
    exam_id,
    document,
    cleared_at is not null as is_cleared
from landing.v1_exams
where
    exam_id = any(:exams)
    and gone_load is null
