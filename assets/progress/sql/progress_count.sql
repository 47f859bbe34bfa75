-- How many progress rows the students of the cohorts in :cohorts have.
select count(*) as count
from landing.user_progress as progress
inner join landing.users as users on progress.user_id = users.id
where
    users.cohort_id = any(cast(:cohorts as text[]))
    and progress.gone_load is null
