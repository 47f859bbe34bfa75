-- Which document each exam has or had.
select
    exam_id,
    digest,
    document is not null as is_kept
from landing.v1_exams
