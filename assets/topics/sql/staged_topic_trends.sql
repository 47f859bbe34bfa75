-- Stages the mean of every topic's calculated averages, hour by hour in UTC.
insert into staged_topic_trends (semester_id, topic_id, hour, average_position, events)
select
    semester_id,
    topic_id,
    date_trunc('hour', at, 'UTC') as hour,
    -- In decimal numbers, whose sum is the same in whatever order they come.
    avg(cast(payload ->> 'avgPosition' as numeric)) as average_position,
    count(*) as events
from core.ranking_events
where
    event_type = 'METRICS_CALCULATED'
    and semester_id is not null
    and topic_id is not null
    and at is not null
    and jsonb_typeof(payload -> 'avgPosition') = 'number'
group by semester_id, topic_id, date_trunc('hour', at, 'UTC')
