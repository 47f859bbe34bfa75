-- The stored hours of the topics in part :part in :parts, chosen by :seed.
select
    semester_id,
    topic_id,
    hour,
    average_position,
    events
from stats.topic_trends
where abs(hashtextextended(topic_id, :seed) % :parts) = :part
