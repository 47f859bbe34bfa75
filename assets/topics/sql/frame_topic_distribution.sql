-- The stored places of the topics in part :part in :parts, chosen by :seed.
select
    semester_id,
    topic_id,
    position,
    count
from stats.topic_distribution
where abs(hashtextextended(topic_id, :seed) % :parts) = :part
