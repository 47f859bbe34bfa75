-- One row for each cohort in :cohorts that the source has; only rows that changed are written.
with
cohorts as (
    select id as cohort_id
    from landing.cohorts
    where
        id = any(cast(:cohorts as text[]))
        and gone_load is null
),

totals as (
    select
        classes.cohort_id,
        count(modules.id) as total_modules,
        coalesce(sum(modules.question_count), 0) as total_questions
    from landing.classes as classes
    inner join landing.modules as modules
        on
            classes.id = modules.class_id
            and modules.gone_load is null
    where
        classes.cohort_id = any(cast(:cohorts as text[]))
        and classes.gone_load is null
    group by classes.cohort_id
),

students as (
    select
        cohort_id,
        count(*) as total_students,
        sum(questions_interacted) as questions_interacted
    from stats.user_progress_stats
    where cohort_id = any(cast(:cohorts as text[]))
    group by cohort_id
),

counted as (
    select
        cohorts.cohort_id,
        coalesce(students.total_students, 0) as total_students,
        coalesce(totals.total_modules, 0) as total_modules,
        coalesce(totals.total_questions, 0) as total_questions,
        coalesce(students.questions_interacted, 0) as questions_interacted,
        -- Every student of a cohort has the same total: the mean of the ratios is the ratio of the sums.
        students.total_students * totals.total_questions as questions_possible
    from cohorts
    left join totals on cohorts.cohort_id = totals.cohort_id
    left join students on cohorts.cohort_id = students.cohort_id
),

final as (
    select
        cohort_id,
        total_students,
        total_modules,
        total_questions,
        -- Percent, rounded half up in whole numbers.
        coalesce(
            div(questions_interacted * 200 + questions_possible, nullif(questions_possible * 2, 0)),
            0
        ) as average_completion
    from counted
)

insert into stats.cohort_stats as stats (
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
    average_completion,
    cast(:as_of as timestamptz) as updated_at
from final
on conflict (cohort_id) do update
    set
        total_students = excluded.total_students,
        total_modules = excluded.total_modules,
        total_questions = excluded.total_questions,
        average_completion = excluded.average_completion,
        updated_at = excluded.updated_at
    where
    (
        stats.total_students,
        stats.total_modules,
        stats.total_questions,
        stats.average_completion
    ) is distinct from (
        excluded.total_students,
        excluded.total_modules,
        excluded.total_questions,
        excluded.average_completion
    )
