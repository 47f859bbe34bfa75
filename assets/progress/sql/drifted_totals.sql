-- Modules of the cohorts in :cohorts whose own counter is not the number of their question rows.
with
counted as (
    select
        classes.cohort_id,
        modules.id,
        coalesce(modules.question_count, 0) as counter,
        count(questions.id) as question_rows
    from landing.classes as classes
    inner join landing.cohorts as cohorts
        on
            classes.cohort_id = cohorts.id
            and cohorts.gone_load is null
    inner join landing.modules as modules
        on
            classes.id = modules.class_id
            and modules.gone_load is null
    left join landing.questions as questions
        on
            modules.id = questions.module_id
            and questions.gone_load is null
    where
        cohorts.id = any(cast(:cohorts as text[]))
        and classes.gone_load is null
    group by classes.cohort_id, modules.id, modules.question_count
)

select
    cohort_id,
    sum(counter) as total_questions,
    sum(question_rows) as question_rows,
    count(*) filter (where counter <> question_rows) as "rows"
from counted
group by cohort_id
having count(*) filter (where counter <> question_rows) > 0
order by cohort_id
