-- Up to which row of the log the metrics were last computed, and which row is its newest.
select
    (
        select cast(counts ->> 'sequence' as bigint)
        from ops.audits
        where
            subject = 'topic_metrics'
            and statement = 'metrics_are_computed'
            and passed
        order by audit_id desc
        limit 1
    ) as computed,
    (
        select coalesce(max(sequence), 0)
        from core.ranking_events
    ) as newest
