-- Drops the places of topics that are no longer active, and places beyond the last that a staged topic has now.
with
topics as (
    select
        id as topic_id,
        semester_id
    from landing.topics
    where
        is_active
        and deleted_at is null
        and gone_load is null
),

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
)

delete from stats.topic_distribution as distribution
where
    not exists (
        select from topics
        where
            topics.semester_id = distribution.semester_id
            and topics.topic_id = distribution.topic_id
    )
    or exists (
        select from last_places
        where
            last_places.semester_id = distribution.semester_id
            and last_places.topic_id = distribution.topic_id
            and last_places.position < distribution.position
    )
