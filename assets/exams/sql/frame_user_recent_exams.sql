-- The stored recent exams of part :part in :parts of the users, chosen by :seed.
select
    user_id,
    position,
    exam_id,
    title,
    start_date,
    end_date,
    is_completed,
    is_in_progress,
    score,
    completed_at
from stats.user_recent_exams
where abs(hashtextextended(user_id, :seed) % :parts) = :part
