-- Progress rows that stand more than once for the same student and question, by the student's cohort: those of the
-- cohorts in :cohorts. Rows of nobody's cohort belong to those without one.
with
repeated as (
    select
        user_id,
        question_id,
        count(*) as "rows"
    from landing.user_progress
    where gone_load is null
    group by user_id, question_id
    having count(*) > 1
),

owned as (
    select
        repeated.rows,
        coalesce(cohorts.id, 'unassigned') as cohort_id
    from repeated
    left join landing.users as users
        on
            repeated.user_id = users.id
            and users.gone_load is null
    left join landing.cohorts as cohorts
        on
            users.cohort_id = cohorts.id
            and cohorts.gone_load is null
)

select
    cohort_id,
    count(*) as pairs,
    max(rows) as most_of_a_pair,
    sum(rows) as "rows"
from owned
where cohort_id = any(cast(:cohorts as text[]))
group by cohort_id
order by cohort_id
