-- Topics that no longer stand where the staged events say that they did.
select
    events.student_id,
    events.topic_id,
    coalesce(events.previous_position, 0) as position,
    coalesce(rankings.position, 0) as position_now
from staged_events as events
left join core.rankings as rankings
    on
        events.semester_id = rankings.semester_id
        and events.student_id = rankings.student_id
        and events.topic_id = rankings.topic_id
where coalesce(events.previous_position, 0) <> coalesce(rankings.position, 0)
order by events.ordinal
