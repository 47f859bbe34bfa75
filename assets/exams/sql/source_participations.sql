-- The rows of the source's own v2 table of some exams.
select
    id,
    creation_time,
    exam_id,
    user_id,
    score,
    status,
    started_at,
    pause_phase,
    pause_started_at,
    pause_ended_at,
    is_pause_cut_short,
    total_pause_duration_ms,
    nullif(completed_at, timestamptz '1970-01-01 00:00:00+00') as completed_at
from landing.exam_participations
where
    exam_id = any(:exams)
    and gone_load is null
order by exam_id, creation_time, id
