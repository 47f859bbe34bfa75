-- The hours of :topic from the one in which :first lies to the one in which :last lies, both included.
select
    semester_id,
    topic_id,
    hour,
    average_position,
    events
from stats.topic_trends
where
    topic_id = cast(:topic as text)
    and hour between date_trunc('hour', cast(:first as timestamptz), 'UTC') and cast(:last as timestamptz)
order by hour, semester_id
