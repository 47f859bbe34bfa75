-- What is soft-deleted in the source, and counts nevertheless, in each of the cohorts in :cohorts.
with
cohorts as (
    select
        id,
        deleted_at
    from landing.cohorts
    where
        id = any(cast(:cohorts as text[]))
        and gone_load is null
),

classes as (
    select
        classes.id,
        classes.cohort_id,
        classes.deleted_at
    from landing.classes as classes
    inner join cohorts on classes.cohort_id = cohorts.id
    where classes.gone_load is null
),

deleted as (
    select
        id as cohort_id,
        'cohort' as what
    from cohorts
    where deleted_at is not null
    union all
    select
        cohort_id,
        'class' as what
    from classes
    where deleted_at is not null
    union all
    select
        classes.cohort_id,
        'module' as what
    from landing.modules as modules
    inner join classes on modules.class_id = classes.id
    where
        modules.deleted_at is not null
        and modules.gone_load is null
    union all
    select
        classes.cohort_id,
        'progress' as what
    from landing.user_progress as progress
    inner join classes on progress.class_id = classes.id
    where
        progress.deleted_at is not null
        and progress.gone_load is null
)

select
    cohort_id,
    count(*) as "rows",
    count(*) filter (where what = 'cohort') as cohorts,
    count(*) filter (where what = 'class') as classes,
    count(*) filter (where what = 'module') as modules,
    count(*) filter (where what = 'progress') as progress_rows
from deleted
group by cohort_id
order by cohort_id
