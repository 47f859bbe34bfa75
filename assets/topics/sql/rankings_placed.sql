-- Gives each topic of a student the place where it stands now; what already says so is not written.
with
changed as (
    select places.*
    from staged_places as places
    left join core.rankings as old
        on
            places.semester_id = old.semester_id
            and places.student_id = old.student_id
            and places.topic_id = old.topic_id
    where
        places.position > 0
        and (
            old.position, old.previous_position, old.session_id, old.updated_at, old.event_id
        ) is distinct from (
            places.position, places.previous_position, places.session_id, places.updated_at, places.event_id
        )
)

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
from changed
on conflict (semester_id, student_id, topic_id) do update
    set
        position = excluded.position,
        previous_position = excluded.previous_position,
        session_id = excluded.session_id,
        updated_at = excluded.updated_at,
        event_id = excluded.event_id
