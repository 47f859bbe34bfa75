-- Audits the staged rows of each cohort, keeps the verdict, and answers it: every active student has a row, no total is
-- below zero or larger than a number can be, and all students of a cohort share it.
with
staged as (
    select
        cohort_id,
        count(*) as "rows",
        count(*) filter (
            where total_questions not between 0 and 9223372036854775807
        ) as out_of_range,
        count(distinct total_questions) as totals
    from staged_user_progress_stats
    group by cohort_id
),

judged as (
    select
        sources.cohort_id,
        sources.students,
        sources.source,
        coalesce(staged.rows, 0) as "rows",
        coalesce(staged.out_of_range, 0) as out_of_range,
        greatest(coalesce(staged.totals, 0) - 1, 0) as other_totals
    from staged_sources as sources
    left join staged on sources.cohort_id = staged.cohort_id
)

insert into ops.audits (run_id, subject, statement, passed, severity, counts, as_of, cohort_id)
select
    :run_id as run_id,
    'user_progress_stats' as subject,
    'new_rows_can_be_trusted' as statement,
    rows = students and out_of_range = 0 and other_totals = 0 as passed,
    'ERROR' as severity,
    jsonb_build_object(
        'rows', rows, 'students', students, 'out_of_range', out_of_range, 'other_totals', other_totals, 'source', source
    ) as counts,
    cast(:as_of as timestamptz) as as_of,
    cohort_id
from judged
returning cohort_id, passed
