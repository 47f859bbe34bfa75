-- Progress rows that stand more than once for the same student and question, in the classes of the cohorts in :cohorts.
with
repeated as (
    select
        classes.cohort_id,
        count(*) as "rows"
    from landing.user_progress as progress
    inner join landing.classes as classes
        on
            progress.class_id = classes.id
            and classes.gone_load is null
    inner join landing.cohorts as cohorts
        on
            classes.cohort_id = cohorts.id
            and cohorts.gone_load is null
    where
        cohorts.id = any(cast(:cohorts as text[]))
        and progress.gone_load is null
    group by classes.cohort_id, progress.user_id, progress.question_id
    having count(*) > 1
)

select
    cohort_id,
    cast(sum(rows) as bigint) as "rows",
    count(*) as pairs,
    max(rows) as most_of_a_pair
from repeated
group by cohort_id
order by cohort_id
