-- What the dashboard of the cohort :cohort shows, computed from its progress rows: each student beside the cohort's
-- numbers.
with
classes as (
    select id
    from landing.classes
    where
        cohort_id = :cohort
        and gone_load is null
),

totals as (
    select
        count(*) as total_modules,
        coalesce(sum(modules.question_count), 0) as total_questions
    from landing.modules as modules
    inner join classes on modules.class_id = classes.id
    where modules.gone_load is null
),

worked as (
    select
        progress.user_id,
        count(*) filter (
            where cardinality(progress.selected_options) > 0 or cardinality(progress.eliminated_options) > 0
        ) as questions_interacted,
        count(*) filter (where progress.is_mastered) as questions_mastered,
        max(nullif(progress.last_attempt_at, timestamptz 'epoch')) as last_activity_at
    from landing.user_progress as progress
    inner join classes on progress.class_id = classes.id
    where progress.gone_load is null
    group by progress.user_id
),

students as (
    select
        users.id as user_id,
        totals.total_modules,
        totals.total_questions,
        worked.last_activity_at,
        coalesce(worked.questions_interacted, 0) as questions_interacted,
        coalesce(worked.questions_mastered, 0) as questions_mastered
    from landing.users as users
    cross join totals
    left join worked on users.id = worked.user_id
    where
        users.cohort_id = :cohort
        and users.deleted_at is null
        and users.gone_load is null
)

select
    *,
    count(*) over () as total_students,
    div(
        sum(questions_interacted) over () * 200 + count(*) over () * total_questions,
        nullif(count(*) over () * total_questions * 2, 0)
    ) as average_completion
from students
order by questions_mastered desc, user_id asc
