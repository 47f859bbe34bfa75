-- Whether each cohort's stats are there and up to date: what its source rows are now against what they were when its
-- stats were last published.
with
classes as (
    select
        id,
        cohort_id,
        load_id
    from landing.classes
    where gone_load is null
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
        users.cohort_id,
        count(*) as users,
        max(users.load_id) as users_load,
        count(*) filter (where users.deleted_at is null) as students,
        count(stats.user_id) filter (where users.deleted_at is null) as students_with_stats
    from landing.users as users
    left join stats.user_progress_stats as stats
        on
            users.id = stats.user_id
            and users.cohort_id = stats.cohort_id
    where users.gone_load is null
    group by users.cohort_id
),

cohort_modules as (
    select
        classes.cohort_id,
        count(*) as modules,
        max(modules.load_id) as modules_load
    from landing.modules as modules
    inner join classes on modules.class_id = classes.id
    where modules.gone_load is null
    group by classes.cohort_id
),

class_progress as (
    select
        class_id,
        count(*) as progress,
        max(load_id) as progress_load
    from landing.user_progress
    where gone_load is null
    group by class_id
),

cohort_progress as (
    select
        classes.cohort_id,
        sum(class_progress.progress) as progress,
        max(class_progress.progress_load) as progress_load
    from class_progress
    inner join classes on class_progress.class_id = classes.id
    group by classes.cohort_id
),

sources as (
    select
        cohorts.id as cohort_id,
        cohorts.name as cohort_name,
        schools.name as school,
        coalesce(schools.name, 'Unknown') as school_name,
        stats.cohort_id is not null as has_cohort_stats,
        coalesce(cohort_users.students, 0) as total_students,
        coalesce(cohort_users.students_with_stats, 0) as students_with_progress_stats,
        coalesce(cohort_classes.classes, 0) as total_classes,
        greatest(
            cohort_users.users_load,
            cohort_classes.classes_load,
            cohort_modules.modules_load,
            cohort_progress.progress_load,
            0
        ) as touched_load,
        jsonb_build_object(
            'users', coalesce(cohort_users.users, 0),
            'users_load', coalesce(cohort_users.users_load, 0),
            'classes', coalesce(cohort_classes.classes, 0),
            'classes_load', coalesce(cohort_classes.classes_load, 0),
            'modules', coalesce(cohort_modules.modules, 0),
            'modules_load', coalesce(cohort_modules.modules_load, 0),
            'progress', coalesce(cohort_progress.progress, 0),
            'progress_load', coalesce(cohort_progress.progress_load, 0)
        ) as source
    from landing.cohorts as cohorts
    left join landing.schools as schools
        on
            cohorts.school_id = schools.id
            and schools.gone_load is null
    left join stats.cohort_stats as stats on cohorts.id = stats.cohort_id
    left join cohort_users on cohorts.id = cohort_users.cohort_id
    left join cohort_classes on cohorts.id = cohort_classes.cohort_id
    left join cohort_modules on cohorts.id = cohort_modules.cohort_id
    left join cohort_progress on cohorts.id = cohort_progress.cohort_id
    where cohorts.gone_load is null
),

compared as (
    select
        sources.*,
        published.source as published_source,
        coalesce(published.source <> sources.source, true) as is_stale
    from sources
    left join lateral (
        select audits.counts -> 'source' as source
        from ops.audits as audits
        where
            audits.subject = 'cohort_stats'
            and audits.statement = 'new_rows_can_be_trusted'
            and audits.cohort_id = sources.cohort_id
            and audits.passed
        order by audits.audit_id desc
        limit 1
    ) as published on true
)

select
    cohort_id,
    cohort_name,
    school,
    school_name,
    has_cohort_stats,
    total_students,
    students_with_progress_stats,
    total_classes,
    is_stale,
    touched_load,
    not has_cohort_stats or students_with_progress_stats < total_students or is_stale as needs_backfill,
    greatest(
        cast(published_source ->> 'users_load' as bigint),
        cast(published_source ->> 'classes_load' as bigint),
        cast(published_source ->> 'modules_load' as bigint),
        cast(published_source ->> 'progress_load' as bigint)
    ) as computed_load
from compared
