-- Semesters of which a ranking, a topic or the number of topics has changed since the metrics were last computed.
with
active as (
    select
        semester_id,
        id as topic_id,
        count(*) over (partition by semester_id) as t
    from landing.topics
    where
        is_active
        and deleted_at is null
        and gone_load is null
),

computed as (
    select coalesce(max(audit_id), 0) as audit_id
    from ops.audits
    where
        subject = 'topic_metrics'
        and statement = 'metrics_are_computed'
        and passed
),

since as (
    select coalesce(max(cast(audits.counts ->> 'sequence' as bigint)), 0) as sequence
    from computed
    inner join ops.audits as audits on computed.audit_id = audits.audit_id
),

changes as (
    select
        coalesce(active.semester_id, metrics.semester_id) as semester_id,
        0 as log_rows,
        count(*) filter (where metrics.topic_id is null) as topics_without_metrics,
        count(*) filter (where active.topic_id is null) as metrics_without_topic,
        count(*) filter (where metrics.t <> active.t) as topics_of_another_number
    from active
    full join stats.topic_metrics as metrics
        on
            active.semester_id = metrics.semester_id
            and active.topic_id = metrics.topic_id
    group by coalesce(active.semester_id, metrics.semester_id)
    union all
    select
        events.semester_id,
        count(*) as log_rows,
        0 as topics_without_metrics,
        0 as metrics_without_topic,
        0 as topics_of_another_number
    from core.ranking_events as events
    inner join since on events.sequence > since.sequence
    where events.event_type = 'RANKINGS_BATCH_UPDATED'
    group by events.semester_id
),

semesters as (
    select
        semester_id,
        sum(log_rows) as log_rows,
        sum(topics_without_metrics) as topics_without_metrics,
        sum(metrics_without_topic) as metrics_without_topic,
        sum(topics_of_another_number) as topics_of_another_number
    from changes
    group by semester_id
)

select
    semester_id,
    cast(log_rows as bigint) as log_rows,
    cast(topics_without_metrics as bigint) as topics_without_metrics,
    cast(metrics_without_topic as bigint) as metrics_without_topic,
    cast(topics_of_another_number as bigint) as topics_of_another_number
from semesters
where log_rows + topics_without_metrics + metrics_without_topic + topics_of_another_number > 0
order by semester_id
