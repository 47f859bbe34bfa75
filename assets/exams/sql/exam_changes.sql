-- What of some exams' participations differs between v2 and the staged ones: fields or answers, either way round.
insert into exam_changes (exam_id, user_id, participation_id, kind)
with
old_participations as (
    select participations.*
    from core.exam_participations as participations
    left join landing.users as users on participations.user_id = users.id and users.gone_load is null
    left join landing.cohorts as cohorts on users.cohort_id = cohorts.id and cohorts.gone_load is null
    where
        participations.exam_id = any(:exams)
        and (:everything or coalesce(cohorts.id, 'unassigned') = any(:cohorts))
),

old_answers as (
    select answers.*
    from core.exam_answers as answers
    inner join old_participations as participations
        on answers.exam_id = participations.exam_id and answers.participation_id = participations.id
),

answers_differ as (
    select distinct
        coalesce(new.exam_id, old.exam_id) as exam_id,
        coalesce(new.participation_id, old.participation_id) as participation_id
    from old_answers as old
    full join staged_exam_answers as new
        on
            old.exam_id = new.exam_id
            and old.participation_id = new.participation_id
            and old.position = new.position
    where
        (old.question_id, old.selected_answer, old.is_correct)
        is distinct from (new.question_id, new.selected_answer, new.is_correct)
)

select
    coalesce(new.exam_id, old.exam_id) as exam_id,
    coalesce(new.user_id, old.user_id) as user_id,
    coalesce(new.id, old.id) as participation_id,
    case when old.user_id is null then 'insert' when new.user_id is null then 'gone' else 'update' end as kind
from old_participations as old
full join staged_exam_participations as new on old.exam_id = new.exam_id and old.user_id = new.user_id
left join answers_differ
    on new.exam_id = answers_differ.exam_id and new.id = answers_differ.participation_id
where
    old.user_id is null
    or (new.user_id is null and old.gone_load is null)
    or (
        new.user_id is not null
        and (
            old.gone_load is not null
            or answers_differ.participation_id is not null
            or (
                old.id,
                old.score,
                old.status,
                old.status_inferred,
                old.started_at,
                old.completed_at,
                old.pause_phase,
                old.pause_started_at,
                old.pause_ended_at,
                old.is_pause_cut_short,
                old.total_pause_duration_ms,
                old.in_progress_answers,
                old.answers_missing,
                old.origin,
                old.source_id
            ) is distinct from (
                new.id,
                new.score,
                new.status,
                new.status_inferred,
                new.started_at,
                new.completed_at,
                new.pause_phase,
                new.pause_started_at,
                new.pause_ended_at,
                new.is_pause_cut_short,
                new.total_pause_duration_ms,
                new.in_progress_answers,
                new.answers_missing,
                new.origin,
                new.source_id
            )
        )
    )
