-- The stored numbers of the students of the cohorts in :cohorts.
select
    user_id,
    cohort_id,
    questions_interacted,
    questions_mastered,
    total_questions,
    last_activity_at
from stats.user_progress_stats
where cohort_id = any(cast(:cohorts as text[]))
