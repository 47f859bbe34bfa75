-- Audits the staged row of each cohort, keeps the verdict, and answers it: its students' rows have been published, are
-- as many as its active students, share its total, and none of its numbers is below zero or larger than one can be.
with
judged as (
    select
        *,
        cast(
            least(total_questions, average_completion) < 0
            or greatest(total_questions, average_completion) > 9223372036854775807 as integer
        ) as out_of_range
    from staged_cohort_stats
)

insert into ops.audits (run_id, subject, statement, passed, severity, counts, as_of, cohort_id)
select
    :run_id as run_id,
    'cohort_stats' as subject,
    'new_rows_can_be_trusted' as statement,
    total_students = active_students and out_of_range = 0 and other_totals = 0 and source is not null as passed,
    'ERROR' as severity,
    jsonb_build_object(
        'rows', total_students,
        'students', active_students,
        'out_of_range', out_of_range,
        'other_totals', other_totals,
        'source', source
    ) as counts,
    cast(:as_of as timestamptz) as as_of,
    cohort_id
from judged
returning cohort_id, passed
