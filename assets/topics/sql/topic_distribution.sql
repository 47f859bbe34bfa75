-- Publishes the places of the topics that were counted anew where they are new or changed, those without anybody too.
with
last_places as (
    select
        topics.semester_id,
        topics.topic_id,
        greatest(topics.t, max(staged.position)) as position
    from staged_topics as topics
    left join staged_topic_distribution as staged
        on
            topics.semester_id = staged.semester_id
            and topics.topic_id = staged.topic_id
    where topics.is_concerned
    group by topics.semester_id, topics.topic_id, topics.t
),

places as (
    select
        last_places.semester_id,
        last_places.topic_id,
        places.position
    from last_places
    cross join generate_series(1, last_places.position) as places (position)
),

changed as (
    select
        places.*,
        coalesce(staged.count, 0) as count
    from places
    left join staged_topic_distribution as staged
        on
            places.semester_id = staged.semester_id
            and places.topic_id = staged.topic_id
            and places.position = staged.position
    left join stats.topic_distribution as old
        on
            places.semester_id = old.semester_id
            and places.topic_id = old.topic_id
            and places.position = old.position
    where old.count is distinct from coalesce(staged.count, 0)
)

insert into stats.topic_distribution (semester_id, topic_id, position, count, updated_at)
select
    semester_id,
    topic_id,
    position,
    count,
    cast(:as_of as timestamptz) as updated_at
from changed
on conflict (semester_id, topic_id, position) do update
    set
        count = excluded.count,
        updated_at = excluded.updated_at
