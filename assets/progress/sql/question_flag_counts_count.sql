-- How many questions there are, how many flags they have, and how many flags are of questions that nobody knows.
select
    cast(coalesce(sum(flag_count), 0) as bigint) as flags,
    count(*) as "rows",
    (
        select count(*)
        from landing.user_progress as progress
        left join landing.questions as questions
            on
                progress.question_id = questions.id
                and questions.gone_load is null
        where
            progress.is_flagged
            and progress.gone_load is null
            and questions.id is null
    ) as flags_of_unknown_questions
from stats.question_flag_counts
