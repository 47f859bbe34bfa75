-- Stages one row for each active student of the cohorts in :cohorts, and what each cohort's rows are made from: how
-- many source rows, and which load wrote the newest of them. All of it in one look at the source.
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
        classes.cohort_id,
        classes.load_id
    from landing.classes as classes
    inner join cohorts on classes.cohort_id = cohorts.id
    where classes.gone_load is null
),

users as (
    select
        users.id,
        users.cohort_id,
        users.load_id,
        users.deleted_at is null as is_active
    from landing.users as users
    inner join cohorts on users.cohort_id = cohorts.id
    where users.gone_load is null
),

modules as (
    select
        classes.cohort_id,
        count(*) as modules,
        max(modules.load_id) as modules_load,
        coalesce(sum(modules.question_count), 0) as total_questions
    from classes
    inner join landing.modules as modules
        on
            classes.id = modules.class_id
            and modules.gone_load is null
    group by classes.cohort_id
),

worked as (
    select
        classes.cohort_id,
        progress.user_id,
        count(*) as progress,
        max(progress.load_id) as progress_load,
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

cohort_classes as (
    select
        cohort_id,
        count(*) as classes,
        max(load_id) as classes_load
    from classes
    group by cohort_id
),

cohort_users as (
    select
        cohort_id,
        count(*) as users,
        max(load_id) as users_load,
        count(*) filter (where is_active) as students
    from users
    group by cohort_id
),

cohort_progress as (
    select
        cohort_id,
        sum(progress) as progress,
        max(progress_load) as progress_load
    from worked
    group by cohort_id
),

sources as (
    insert into staged_sources (cohort_id, students, source)
    select
        cohorts.id as cohort_id,
        coalesce(cohort_users.students, 0) as students,
        jsonb_build_object(
            'users', coalesce(cohort_users.users, 0),
            'users_load', coalesce(cohort_users.users_load, 0),
            'classes', coalesce(cohort_classes.classes, 0),
            'classes_load', coalesce(cohort_classes.classes_load, 0),
            'modules', coalesce(modules.modules, 0),
            'modules_load', coalesce(modules.modules_load, 0),
            'progress', coalesce(cohort_progress.progress, 0),
            'progress_load', coalesce(cohort_progress.progress_load, 0)
        ) as source
    from cohorts
    left join cohort_users on cohorts.id = cohort_users.cohort_id
    left join cohort_classes on cohorts.id = cohort_classes.cohort_id
    left join modules on cohorts.id = modules.cohort_id
    left join cohort_progress on cohorts.id = cohort_progress.cohort_id
)

insert into staged_user_progress_stats (
    user_id,
    cohort_id,
    questions_interacted,
    questions_mastered,
    total_questions,
    last_activity_at
)
select
    users.id as user_id,
    users.cohort_id,
    coalesce(worked.questions_interacted, 0) as questions_interacted,
    coalesce(worked.questions_mastered, 0) as questions_mastered,
    coalesce(modules.total_questions, 0) as total_questions,
    worked.last_activity_at
from users
left join modules on users.cohort_id = modules.cohort_id
left join worked
    on
        users.cohort_id = worked.cohort_id
        and users.id = worked.user_id
where users.is_active
