-- What is stored of part :part in :parts of the exams, chosen by :seed.
select
    exam_id,
    title,
    description,
    start_date,
    end_date,
    completion_time,
    is_active,
    creation_time,
    question_count,
    participant_count,
    legacy_participant_count
from stats.exam_metadata
where abs(hashtextextended(exam_id, :seed) % :parts) = :part
