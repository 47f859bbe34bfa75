-- Publishes the staged status of each cohort where it is new or changed.
with
changed as (
    select staged.*
    from staged_cohort_backfill_status as staged
    left join stats.cohort_backfill_status as old on staged.cohort_id = old.cohort_id
    where
        old.cohort_id is null
        or (
            old.cohort_name,
            old.school_name,
            old.has_cohort_stats,
            old.total_students,
            old.students_with_progress_stats,
            old.total_classes,
            old.needs_backfill
        ) is distinct from (
            staged.cohort_name,
            staged.school_name,
            staged.has_cohort_stats,
            staged.total_students,
            staged.students_with_progress_stats,
            staged.total_classes,
            staged.needs_backfill
        )
)

insert into stats.cohort_backfill_status (
    cohort_id,
    cohort_name,
    school_name,
    has_cohort_stats,
    total_students,
    students_with_progress_stats,
    total_classes,
    needs_backfill,
    updated_at
)
select
    cohort_id,
    cohort_name,
    school_name,
    has_cohort_stats,
    total_students,
    students_with_progress_stats,
    total_classes,
    needs_backfill,
    cast(:as_of as timestamptz) as updated_at
from changed
on conflict (cohort_id) do update
    set
        cohort_name = excluded.cohort_name,
        school_name = excluded.school_name,
        has_cohort_stats = excluded.has_cohort_stats,
        total_students = excluded.total_students,
        students_with_progress_stats = excluded.students_with_progress_stats,
        total_classes = excluded.total_classes,
        needs_backfill = excluded.needs_backfill,
        updated_at = excluded.updated_at
