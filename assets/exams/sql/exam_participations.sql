-- Writes the participations that changed, and marks those that left.
with
inserted as (
    insert into core.exam_participations (
        exam_id,
        user_id,
        id,
        score,
        status,
        status_inferred,
        started_at,
        completed_at,
        pause_phase,
        pause_started_at,
        pause_ended_at,
        is_pause_cut_short,
        total_pause_duration_ms,
        in_progress_answers,
        answers_missing,
        origin,
        source_id,
        created_load,
        load_id
    )
    select
        staged.exam_id,
        staged.user_id,
        staged.id,
        staged.score,
        staged.status,
        staged.status_inferred,
        staged.started_at,
        staged.completed_at,
        staged.pause_phase,
        staged.pause_started_at,
        staged.pause_ended_at,
        staged.is_pause_cut_short,
        staged.total_pause_duration_ms,
        staged.in_progress_answers,
        staged.answers_missing,
        staged.origin,
        staged.source_id,
        staged.created_load,
        staged.load_id
    from staged_exam_participations as staged
    inner join exam_changes
        on staged.exam_id = exam_changes.exam_id and staged.user_id = exam_changes.user_id
    where exam_changes.kind = 'insert'
),

gone as (
    update core.exam_participations as participations set
        gone_load = :load_id,
        load_id = :load_id
    from exam_changes
    where
        exam_changes.kind = 'gone'
        and participations.exam_id = exam_changes.exam_id
        and participations.user_id = exam_changes.user_id
)

update core.exam_participations as participations set
    id = staged.id,
    score = staged.score,
    status = staged.status,
    status_inferred = staged.status_inferred,
    started_at = staged.started_at,
    completed_at = staged.completed_at,
    pause_phase = staged.pause_phase,
    pause_started_at = staged.pause_started_at,
    pause_ended_at = staged.pause_ended_at,
    is_pause_cut_short = staged.is_pause_cut_short,
    total_pause_duration_ms = staged.total_pause_duration_ms,
    in_progress_answers = staged.in_progress_answers,
    answers_missing = staged.answers_missing,
    origin = staged.origin,
    source_id = staged.source_id,
    load_id = staged.load_id,
    gone_load = null
from exam_changes
inner join staged_exam_participations as staged
    on exam_changes.exam_id = staged.exam_id and exam_changes.user_id = staged.user_id
where
    exam_changes.kind = 'update'
    and participations.exam_id = exam_changes.exam_id
    and participations.user_id = exam_changes.user_id
