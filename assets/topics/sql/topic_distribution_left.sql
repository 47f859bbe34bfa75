-- Drops the places of topics that are no longer active, and places beyond the last that a topic counted anew has.
with
last_places as (
    select
        semester_id,
        topic_id,
        last_position as position
    from staged_topic_metrics
    where last_position is not null
    union all
    select
        metrics.semester_id,
        metrics.topic_id,
        0 as position
    from stats.topic_metrics as metrics
    where not exists (
        select from landing.topics as topics
        where
            topics.id = metrics.topic_id
            and topics.semester_id = metrics.semester_id
            and topics.is_active
            and topics.deleted_at is null
            and topics.gone_load is null
    )
)

delete from stats.topic_distribution as distribution
using last_places
where
    distribution.semester_id = last_places.semester_id
    and distribution.topic_id = last_places.topic_id
    and distribution.position > last_places.position
