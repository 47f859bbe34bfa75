-- Fills the empty rankings.
insert into core.rankings (
    semester_id, student_id, topic_id, position, previous_position, session_id, updated_at, event_id
)
select
    semester_id,
    student_id,
    topic_id,
    position,
    previous_position,
    session_id,
    updated_at,
    event_id
from staged_places
where position > 0
