-- What v1 embeds in part :part in :parts of the exams, chosen by :seed.
select
    exam_id,
    participants,
    is_embedded,
    (document is not null) as is_kept
from landing.v1_exams
where
    gone_load is null
    and abs(hashtextextended(exam_id, :seed) % :parts) = :part
