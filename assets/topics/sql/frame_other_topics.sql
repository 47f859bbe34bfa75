-- The stored sums of the topics that are not in part :part in :parts, chosen by :seed.
select
    semester_id,
    topic_id,
    n,
    s1
from stats.topic_metrics
where abs(hashtextextended(topic_id, :seed) % :parts) <> :part
