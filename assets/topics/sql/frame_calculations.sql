-- What was calculated, and when, of the topics in part :part in :parts, chosen by :seed.
select
    semester_id,
    topic_id,
    at,
    cast(payload ->> 'avgPosition' as double precision) as average_position
from core.ranking_events
where
    event_type = 'METRICS_CALCULATED'
    and semester_id is not null
    and at is not null
    and jsonb_typeof(payload -> 'avgPosition') = 'number'
    and abs(hashtextextended(topic_id, :seed) % :parts) = :part
