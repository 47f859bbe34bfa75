-- Refuses events that need the semester of a topic, where nobody knows the topic: the whole of such a batch.
with
orphans as (
    select distinct lines.batch_id
    from staged_lines as lines
    left join landing.topics as topics on lines.topic_id = topics.id
    where
        lines.event_type in ('RANKINGS_BATCH_UPDATED', 'METRICS_CALCULATED')
        and topics.id is null
)

update staged_lines as lines set
    reason = 'orphan',
    detail = 'the source has no topic of this id'
from orphans
where lines.batch_id = orphans.batch_id
