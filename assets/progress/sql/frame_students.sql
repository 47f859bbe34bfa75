-- How many active students there are, by their cohort and by that of their stats.
select
    users.cohort_id,
    stats.cohort_id as stats_cohort_id,
    count(*) as students
from landing.users as users
left join stats.user_progress_stats as stats on users.id = stats.user_id
where
    users.cohort_id is not null
    and users.deleted_at is null
    and users.gone_load is null
group by users.cohort_id, stats.cohort_id
