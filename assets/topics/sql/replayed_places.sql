-- Stages where each topic of a student stands after the whole log; 0 means that it no longer does.
insert into staged_places (
    semester_id, student_id, topic_id, position, previous_position, session_id, updated_at, event_id
)
select distinct on (semester_id, student_id, topic_id)
    semester_id,
    student_id,
    topic_id,
    position,
    previous_position,
    session_id,
    at as updated_at,
    event_id
from core.ranking_events
where event_type = 'RANKINGS_BATCH_UPDATED'
order by semester_id asc, student_id asc, topic_id asc, sequence desc
