-- The stored ranks in part :part in :parts of the exams, chosen by :seed.
select
    exam_id,
    user_id,
    rank,
    score,
    completed_at
from stats.exam_leaderboard
where abs(hashtextextended(exam_id, :seed) % :parts) = :part
