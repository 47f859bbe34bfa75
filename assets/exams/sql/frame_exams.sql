-- The exams: part :part in :parts of them, chosen by :seed.
select
    id,
    title,
    description,
    start_date,
    end_date,
    completion_time,
    is_active,
    creation_time,
    cardinality(question_ids) as question_count
from core.exams
where abs(hashtextextended(id, :seed) % :parts) = :part
