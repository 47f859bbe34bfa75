-- Publishes the staged hours that are new or changed.
with
changed as (
    select staged.*
    from staged_topic_trends as staged
    left join stats.topic_trends as old
        on
            staged.semester_id = old.semester_id
            and staged.topic_id = old.topic_id
            and staged.hour = old.hour
    where (old.average_position, old.events) is distinct from (staged.average_position, staged.events)
)

insert into stats.topic_trends (semester_id, topic_id, hour, average_position, events, updated_at)
select
    semester_id,
    topic_id,
    hour,
    average_position,
    events,
    cast(:as_of as timestamptz) as updated_at
from changed
on conflict (semester_id, topic_id, hour) do update
    set
        average_position = excluded.average_position,
        events = excluded.events,
        updated_at = excluded.updated_at
