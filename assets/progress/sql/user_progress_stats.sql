-- One row for each active student of the cohorts in :cohorts; only rows that changed are written.
with
cohorts as (
    select id
    from landing.cohorts
    where
        id = any(cast(:cohorts as text[]))
        and gone_load is null
),

classes as (
    select
        classes.id,
        classes.cohort_id
    from landing.classes as classes
    inner join cohorts on classes.cohort_id = cohorts.id
    where classes.gone_load is null
),

totals as (
    select
        classes.cohort_id,
        coalesce(sum(modules.question_count), 0) as total_questions
    from classes
    left join landing.modules as modules
        on
            classes.id = modules.class_id
            and modules.gone_load is null
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
        -- The epoch stands for no attempt.
        max(nullif(progress.last_attempt_at, timestamptz 'epoch')) as last_activity_at
    from classes
    inner join landing.user_progress as progress
        on
            classes.id = progress.class_id
            and progress.gone_load is null
    group by classes.cohort_id, progress.user_id
),

students as (
    select
        users.id as user_id,
        users.cohort_id,
        worked.last_activity_at,
        coalesce(worked.questions_interacted, 0) as questions_interacted,
        coalesce(worked.questions_mastered, 0) as questions_mastered,
        coalesce(totals.total_questions, 0) as total_questions
    from landing.users as users
    inner join cohorts on users.cohort_id = cohorts.id
    left join totals on users.cohort_id = totals.cohort_id
    left join worked
        on
            users.cohort_id = worked.cohort_id
            and users.id = worked.user_id
    where
        users.deleted_at is null
        and users.gone_load is null
)

insert into stats.user_progress_stats as stats (
    user_id,
    cohort_id,
    questions_interacted,
    questions_mastered,
    total_questions,
    last_activity_at,
    updated_at
)
select
    user_id,
    cohort_id,
    questions_interacted,
    questions_mastered,
    total_questions,
    last_activity_at,
    cast(:as_of as timestamptz) as updated_at
from students
on conflict (user_id) do update
    set
        cohort_id = excluded.cohort_id,
        questions_interacted = excluded.questions_interacted,
        questions_mastered = excluded.questions_mastered,
        total_questions = excluded.total_questions,
        last_activity_at = excluded.last_activity_at,
        updated_at = excluded.updated_at
    where
    (
        stats.cohort_id,
        stats.questions_interacted,
        stats.questions_mastered,
        stats.total_questions,
        stats.last_activity_at
    ) is distinct from (
        excluded.cohort_id,
        excluded.questions_interacted,
        excluded.questions_mastered,
        excluded.total_questions,
        excluded.last_activity_at
    )
