-- Publishes the staged rows of the cohorts in :cohorts that are new or changed; answers how many each cohort has.
with
changed as (
    select staged.*
    from staged_user_progress_stats as staged
    left join stats.user_progress_stats as old on staged.user_id = old.user_id
    where
        staged.cohort_id = any(cast(:cohorts as text[]))
        and (
            old.user_id is null
            or (
                old.cohort_id,
                old.questions_interacted,
                old.questions_mastered,
                old.total_questions,
                old.last_activity_at
            ) is distinct from (
                staged.cohort_id,
                staged.questions_interacted,
                staged.questions_mastered,
                staged.total_questions,
                staged.last_activity_at
            )
        )
),

written as (
    insert into stats.user_progress_stats (
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
    from changed
    on conflict (user_id) do update
        set
            cohort_id = excluded.cohort_id,
            questions_interacted = excluded.questions_interacted,
            questions_mastered = excluded.questions_mastered,
            total_questions = excluded.total_questions,
            last_activity_at = excluded.last_activity_at,
            updated_at = excluded.updated_at
    returning cohort_id
)

select
    cohort_id,
    count(*) as "rows"
from written
group by cohort_id
