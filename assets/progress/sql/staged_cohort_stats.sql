-- Stages one row for each of the cohorts in :cohorts, beside what its students' rows were made from when they were last
-- published, and what vouches for it.
with
cohorts as (
    select id
    from landing.cohorts
    where
        id = any(cast(:cohorts as text[]))
        and gone_load is null
),

totals as (
    select
        classes.cohort_id,
        count(*) as total_modules,
        coalesce(sum(modules.question_count), 0) as total_questions
    from landing.classes as classes
    inner join cohorts on classes.cohort_id = cohorts.id
    inner join landing.modules as modules
        on
            classes.id = modules.class_id
            and modules.gone_load is null
    where classes.gone_load is null
    group by classes.cohort_id
),

students as (
    select
        stats.cohort_id,
        count(*) as total_students,
        sum(stats.questions_interacted) as questions_interacted,
        count(*) filter (where stats.total_questions <> coalesce(totals.total_questions, 0)) as other_totals
    from stats.user_progress_stats as stats
    inner join cohorts on stats.cohort_id = cohorts.id
    left join totals on stats.cohort_id = totals.cohort_id
    group by stats.cohort_id
),

active as (
    select
        users.cohort_id,
        count(*) as active_students
    from landing.users as users
    inner join cohorts on users.cohort_id = cohorts.id
    where
        users.deleted_at is null
        and users.gone_load is null
    group by users.cohort_id
),

counted as (
    select
        cohorts.id as cohort_id,
        published.source,
        coalesce(students.total_students, 0) as total_students,
        coalesce(totals.total_modules, 0) as total_modules,
        coalesce(totals.total_questions, 0) as total_questions,
        coalesce(students.questions_interacted, 0) as questions_interacted,
        -- Every student of a cohort has the same total: the mean of the ratios is the ratio of the sums.
        students.total_students * totals.total_questions as questions_possible,
        coalesce(active.active_students, 0) as active_students,
        coalesce(students.other_totals, 0) as other_totals
    from cohorts
    left join totals on cohorts.id = totals.cohort_id
    left join students on cohorts.id = students.cohort_id
    left join active on cohorts.id = active.cohort_id
    left join lateral (
        select audits.counts -> 'source' as source
        from ops.audits as audits
        where
            audits.subject = 'user_progress_stats'
            and audits.statement = 'new_rows_can_be_trusted'
            and audits.cohort_id = cohorts.id
            and audits.passed
        order by audits.audit_id desc
        limit 1
    ) as published on true
)

insert into staged_cohort_stats (
    cohort_id,
    total_students,
    total_modules,
    total_questions,
    active_students,
    other_totals,
    source,
    average_completion
)
select
    cohort_id,
    total_students,
    total_modules,
    total_questions,
    active_students,
    other_totals,
    source,
    -- Percent, rounded half up in whole numbers.
    coalesce(
        div(questions_interacted * 200 + questions_possible, nullif(questions_possible * 2, 0)),
        0
    ) as average_completion
from counted
