-- Appends the staged events to the log, in their order.
insert into core.ranking_events (
    event_id,
    batch_id,
    event_type,
    origin,
    actor_id,
    actor_type,
    session_id,
    at,
    semester_id,
    student_id,
    topic_id,
    action,
    position,
    previous_position,
    payload,
    undoes,
    load_id
)
select
    event_id,
    batch_id,
    event_type,
    origin,
    actor_id,
    actor_type,
    session_id,
    at,
    semester_id,
    student_id,
    topic_id,
    action,
    position,
    previous_position,
    payload,
    undoes,
    load_id
from staged_events
order by ordinal
