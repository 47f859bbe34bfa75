-- By hand, in one process: one hash table of all cohorts' students, and one insert.
with
totals as (
    select
        classes.cohort_id,
        coalesce(sum(modules.question_count), 0) as total_questions
    from landing.classes as classes
    inner join landing.modules as modules
        on
            classes.id = modules.class_id
            and modules.gone_load is null
    where classes.gone_load is null
    group by classes.cohort_id
),

worked as (
    select
        classes.cohort_id,
        progress.user_id,
        count(*) filter (
            where cardinality(progress.selected_options) > 0 or cardinality(progress.eliminated_options) > 0
        ) as questions_interacted,
        count(*) filter (where progress.is_mastered) as questions_mastered,
        max(nullif(progress.last_attempt_at, timestamptz 'epoch')) as last_activity_at
    from landing.user_progress as progress
    inner join landing.classes as classes
        on
            progress.class_id = classes.id
            and classes.gone_load is null
    where progress.gone_load is null
    group by classes.cohort_id, progress.user_id
)

insert into stats.user_progress_stats (
    user_id,
    cohort_id,
    questions_interacted,
    questions_mastered,
    total_questions,
    last_activity_at,
    updated_at
)
select
    users.id as user_id,
    users.cohort_id,
    coalesce(worked.questions_interacted, 0) as questions_interacted,
    coalesce(worked.questions_mastered, 0) as questions_mastered,
    coalesce(totals.total_questions, 0) as total_questions,
    worked.last_activity_at,
    cast(:as_of as timestamptz) as updated_at
from landing.users as users
inner join landing.cohorts as cohorts
    on
        users.cohort_id = cohorts.id
        and cohorts.gone_load is null
left join totals on users.cohort_id = totals.cohort_id
left join worked
    on
        users.cohort_id = worked.cohort_id
        and users.id = worked.user_id
where
    users.deleted_at is null
    and users.gone_load is null
