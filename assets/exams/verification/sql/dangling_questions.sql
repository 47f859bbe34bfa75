-- Answers of present participations to questions that do not exist: the first :shown participations, and all answers.
with
dangling as (
    select
        answers.exam_id,
        answers.participation_id,
        count(*) as answers
    from core.exam_answers as answers
    where
        not exists (
            select from landing.questions as questions
            where
                questions.id = answers.question_id
                and questions.gone_load is null
        )
        and (cast(:exams as text[]) is null or answers.exam_id = any(cast(:exams as text[])))
    group by answers.exam_id, answers.participation_id
)

select
    participations.exam_id,
    participations.user_id,
    dangling.answers,
    sum(dangling.answers) over () as found
from dangling
inner join core.exam_participations as participations
    on
        dangling.exam_id = participations.exam_id
        and dangling.participation_id = participations.id
left join landing.users as users
    on
        participations.user_id = users.id
        and users.gone_load is null
left join landing.cohorts as cohorts
    on
        users.cohort_id = cohorts.id
        and cohorts.gone_load is null
where
    participations.gone_load is null
    and (
        cast(:cohorts as text[]) is null
        or coalesce(cohorts.id, 'unassigned') = any(cast(:cohorts as text[]))
    )
order by participations.exam_id, participations.user_id
limit :shown
