-- By hand: publishes what several processes made.
insert into stats.user_progress_stats (
    user_id,
    cohort_id,
    questions_interacted,
    questions_mastered,
    total_questions,
    last_activity_at,
    updated_at
)
select
    user_id,
    cohort_id,
    questions_interacted,
    questions_mastered,
    total_questions,
    last_activity_at,
    cast(:as_of as timestamptz) as updated_at
from made
