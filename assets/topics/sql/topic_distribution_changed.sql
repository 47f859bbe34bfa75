-- Publishes the places of the topics that were counted anew where they hold more or fewer students than they did.
with
changed as (
    select
        old.semester_id,
        old.topic_id,
        old.position,
        coalesce(staged.count, 0) as count
    from staged_topics as topics
    inner join stats.topic_distribution as old
        on
            topics.semester_id = old.semester_id
            and topics.topic_id = old.topic_id
    left join staged_topic_distribution as staged
        on
            old.semester_id = staged.semester_id
            and old.topic_id = staged.topic_id
            and old.position = staged.position
    where
        topics.is_concerned
        and old.count <> coalesce(staged.count, 0)
)

update stats.topic_distribution as distribution
set
    count = changed.count,
    updated_at = cast(:as_of as timestamptz)
from changed
where
    distribution.semester_id = changed.semester_id
    and distribution.topic_id = changed.topic_id
    and distribution.position = changed.position
