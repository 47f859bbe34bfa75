-- The newest loads that changed what the log is appended from.
select
    coalesce(max(load_id) filter (where target = 'landing.topics'), 0) as topics_load,
    coalesce(max(load_id) filter (where target = 'landing.preferences'), 0) as preferences_load,
    coalesce(max(load_id) filter (where target = 'landing.ranking_events'), 0) as events_load
from ops.loads
where
    target in ('landing.topics', 'landing.preferences', 'landing.ranking_events')
    and state = 'loaded'
