-- How many rows the cohorts in :cohorts have.
select count(*) as "rows"
from stats.cohort_stats
where cohort_id = any(cast(:cohorts as text[]))
