-- The stored metrics of the topics in part :part in :parts, chosen by :seed.
select
    semester_id,
    topic_id,
    n,
    s1,
    s2,
    t,
    average_position,
    standard_deviation,
    competition_category,
    percentile
from stats.topic_metrics
where abs(hashtextextended(topic_id, :seed) % :parts) = :part
