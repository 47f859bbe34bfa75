-- Publishes the staged rows of the cohorts in :cohorts that are new or changed; answers how many each cohort has.
with
changed as (
    select staged.*
    from staged_cohort_stats as staged
    left join stats.cohort_stats as old on staged.cohort_id = old.cohort_id
    where
        staged.cohort_id = any(cast(:cohorts as text[]))
        and (
            old.cohort_id is null
            or (
                old.total_students,
                old.total_modules,
                old.total_questions,
                old.average_completion
            ) is distinct from (
                staged.total_students,
                staged.total_modules,
                staged.total_questions,
                staged.average_completion
            )
        )
),

written as (
    insert into stats.cohort_stats (
        cohort_id,
        total_students,
        total_modules,
        total_questions,
        average_completion,
        updated_at
    )
    select
        cohort_id,
        total_students,
        total_modules,
        total_questions,
        average_completion,
        cast(:as_of as timestamptz) as updated_at
    from changed
    on conflict (cohort_id) do update
        set
            total_students = excluded.total_students,
            total_modules = excluded.total_modules,
            total_questions = excluded.total_questions,
            average_completion = excluded.average_completion,
            updated_at = excluded.updated_at
    returning cohort_id
)

select
    cohort_id,
    count(*) as "rows"
from written
group by cohort_id
