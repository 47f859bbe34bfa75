-- Fills the log with one event for each ranking.
insert into core.ranking_events (
    event_id,
    batch_id,
    event_type,
    origin,
    actor_id,
    actor_type,
    at,
    semester_id,
    student_id,
    topic_id,
    action,
    position
)
select
    event_id,
    md5(semester_id || student_id) as batch_id,
    'RANKINGS_BATCH_UPDATED' as event_type,
    'preferences' as origin,
    student_id as actor_id,
    'student' as actor_type,
    updated_at as at,
    semester_id,
    student_id,
    topic_id,
    'added' as action,
    position
from core.rankings
order by updated_at, student_id, position
