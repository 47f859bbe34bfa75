-- What each cohort's row says of its students.
select
    cohort_id,
    1 as "rows",
    total_students as students,
    average_completion
from stats.cohort_stats
