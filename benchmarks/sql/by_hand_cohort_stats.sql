-- By hand: one row for each cohort.
with
totals as (
    select
        classes.cohort_id,
        count(*) as total_modules,
        coalesce(sum(modules.question_count), 0) as total_questions
    from landing.classes as classes
    inner join landing.modules as modules
        on
            classes.id = modules.class_id
            and modules.gone_load is null
    where classes.gone_load is null
    group by classes.cohort_id
),

students as (
    select
        cohort_id,
        count(*) as total_students,
        sum(questions_interacted) as questions_interacted
    from stats.user_progress_stats
    group by cohort_id
),

counted as (
    select
        cohorts.id as cohort_id,
        coalesce(students.total_students, 0) as total_students,
        coalesce(totals.total_modules, 0) as total_modules,
        coalesce(totals.total_questions, 0) as total_questions,
        coalesce(students.questions_interacted, 0) as questions_interacted,
        students.total_students * totals.total_questions as questions_possible
    from landing.cohorts as cohorts
    left join totals on cohorts.id = totals.cohort_id
    left join students on cohorts.id = students.cohort_id
    where cohorts.gone_load is null
)

insert into stats.cohort_stats (
    cohort_id,
    total_students,
    total_modules,
    total_questions,
    average_completion,
    updated_at
)
select
    cohort_id,
    total_students,
    total_modules,
    total_questions,
    coalesce(
        div(questions_interacted * 200 + questions_possible, nullif(questions_possible * 2, 0)),
        0
    ) as average_completion,
    cast(:as_of as timestamptz) as updated_at
from counted
