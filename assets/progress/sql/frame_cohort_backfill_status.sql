-- The stored status of each cohort.
select
    cohort_id,
    cohort_name,
    school_name,
    has_cohort_stats,
    total_students,
    students_with_progress_stats,
    total_classes,
    needs_backfill
from stats.cohort_backfill_status
