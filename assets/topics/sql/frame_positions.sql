-- Every position that a student gave to an active topic in part :part in :parts, chosen by :seed.
select
    semester_id,
    topic_id,
    position
from core.rankings as rankings
where
    abs(hashtextextended(topic_id, :seed) % :parts) = :part
    and exists (
        select from landing.topics as topics
        where
            topics.id = rankings.topic_id
            and topics.semester_id = rankings.semester_id
            and topics.is_active
            and topics.deleted_at is null
            and topics.gone_load is null
    )
