-- The stored numbers of the cohorts in :cohorts.
select
    cohort_id,
    total_students,
    total_modules,
    total_questions,
    average_completion
from stats.cohort_stats
where cohort_id = any(cast(:cohorts as text[]))
