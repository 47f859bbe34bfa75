-- Where the log ends: the last event of each student and topic, but for removals.
with
last_places as (
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
)

select *
from last_places
where position > 0
order by semester_id, student_id, topic_id
