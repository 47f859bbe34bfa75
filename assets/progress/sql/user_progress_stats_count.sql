-- How many students each cohort has, and what they have done together.
select
    cohort_id,
    cast(sum(questions_interacted) as bigint) as questions_interacted,
    cast(sum(questions_mastered) as bigint) as questions_mastered,
    count(*) as "rows"
from stats.user_progress_stats
group by cohort_id
