-- The stored numbers of part :part in :parts of the students of the cohorts in :cohorts, chosen by :seed.
select
    user_id,
    cohort_id,
    questions_interacted,
    questions_mastered,
    total_questions,
    last_activity_at
from stats.user_progress_stats
where
    cohort_id = any(cast(:cohorts as text[]))
    and abs(hashtextextended(user_id, :seed) % :parts) = :part
