-- Keeps up to which loads the flags are counted, and whether every flag is: those of unknown questions included.
with
stored as (
    select coalesce(sum(flag_count), 0) as flags
    from stats.question_flag_counts
),

counted as (
    select
        count(*) as flagged_rows,
        count(*) filter (where questions.id is null) as of_unknown_questions
    from landing.user_progress as progress
    left join landing.questions as questions
        on
            progress.question_id = questions.id
            and questions.gone_load is null
    where
        progress.is_flagged
        and progress.gone_load is null
)

insert into ops.audits (run_id, subject, statement, passed, severity, counts, as_of)
select
    :run_id as run_id,
    'question_flag_counts' as subject,
    'flags_are_counted' as statement,
    stored.flags + counted.of_unknown_questions = counted.flagged_rows as passed,
    'ERROR' as severity,
    jsonb_build_object(
        'flags', stored.flags,
        'flagged_rows', counted.flagged_rows,
        'of_unknown_questions', counted.of_unknown_questions,
        'questions_load', cast(:questions_load as bigint),
        'progress_load', cast(:progress_load as bigint)
    ) as counts,
    cast(:as_of as timestamptz) as as_of
from counted
cross join stored
returning passed, counts
