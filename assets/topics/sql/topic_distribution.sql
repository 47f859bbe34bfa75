-- Publishes the new places of the topics that were counted anew, those that nobody gave it too.
with
old as (
    select
        old.semester_id,
        old.topic_id,
        old.position
    from staged_topic_metrics as topics
    inner join stats.topic_distribution as old
        on
            topics.semester_id = old.semester_id
            and topics.topic_id = old.topic_id
    where topics.last_position is not null
)

insert into stats.topic_distribution (semester_id, topic_id, position, count, updated_at)
select
    topics.semester_id,
    topics.topic_id,
    places.position,
    coalesce(staged.count, 0) as count,
    cast(:as_of as timestamptz) as updated_at
from staged_topic_metrics as topics
cross join generate_series(1, topics.last_position) as places (position)
left join staged_topic_distribution as staged
    on
        topics.semester_id = staged.semester_id
        and topics.topic_id = staged.topic_id
        and places.position = staged.position
where
    topics.last_position is not null
    and not exists (
        select from old
        where
            old.semester_id = topics.semester_id
            and old.topic_id = topics.topic_id
            and old.position = places.position
    )
