-- Drops the metrics of topics that are no longer active.
delete from stats.topic_metrics as metrics
where not exists (
    select from landing.topics as topics
    where
        topics.id = metrics.topic_id
        and topics.semester_id = metrics.semester_id
        and topics.is_active
        and topics.deleted_at is null
        and topics.gone_load is null
)
