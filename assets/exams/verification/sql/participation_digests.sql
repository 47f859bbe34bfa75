-- A digest over all fields and answers of each present participation of the exams in :exams, in its binary form.
with
participations as (
    select *
    from core.exam_participations
    where
        exam_id = any(cast(:exams as text[]))
        and gone_load is null
)

select
    participations.exam_id,
    participations.user_id,
    participations.origin,
    participations.in_progress_answers,
    answered.answers,
    sha256(
        record_send(
            row(
                participations.user_id,
                participations.id,
                participations.score,
                participations.status,
                participations.status_inferred,
                participations.started_at,
                participations.completed_at,
                participations.pause_phase,
                participations.pause_started_at,
                participations.pause_ended_at,
                participations.is_pause_cut_short,
                participations.total_pause_duration_ms,
                participations.in_progress_answers is not null,
                participations.answers_missing,
                participations.origin,
                participations.source_id,
                answered.positions,
                answered.question_ids,
                answered.selected_answers,
                answered.are_correct
            )
        )
    ) as digest
from participations
-- One look into the index for each participation, which finds its answers in order.
cross join
    lateral (
        select
            count(*) as answers,
            array_agg(answers.position order by answers.position) as positions,
            array_agg(answers.question_id order by answers.position) as question_ids,
            array_agg(answers.selected_answer order by answers.position) as selected_answers,
            array_agg(answers.is_correct order by answers.position) as are_correct
        from core.exam_answers as answers
        where
            answers.exam_id = participations.exam_id
            and answers.participation_id = participations.id
    ) as answered
left join landing.users as users
    on
        participations.user_id = users.id
        and users.gone_load is null
left join landing.cohorts as cohorts
    on
        users.cohort_id = cohorts.id
        and cohorts.gone_load is null
where
    cast(:cohorts as text[]) is null
    or coalesce(cohorts.id, 'unassigned') = any(cast(:cohorts as text[]))
