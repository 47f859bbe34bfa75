-- How many rows each cohort has.
select
    cohort_id,
    count(*) as "rows"
from stats.user_progress_stats
group by cohort_id
