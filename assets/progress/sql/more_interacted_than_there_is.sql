-- Students of the cohorts in :cohorts who interacted with more questions than their cohort has.
select
    cohort_id,
    count(*) as "rows",
    max(questions_interacted) as most_interacted,
    max(total_questions) as total_questions
from stats.user_progress_stats
where
    cohort_id = any(cast(:cohorts as text[]))
    and questions_interacted > total_questions
group by cohort_id
order by cohort_id
