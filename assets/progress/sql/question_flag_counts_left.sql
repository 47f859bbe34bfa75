-- Drops the rows of questions that the source no longer has.
delete from stats.question_flag_counts as stats
where not exists (
    select from landing.questions as questions
    where
        questions.id = stats.question_id
        and questions.gone_load is null
)
