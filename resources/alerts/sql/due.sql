-- The oldest message that is due; one that waits behind an earlier message about the same check is not.
with messages as (
    select
        message_id,
        asset,
        statement,
        min(alert_id) as first_id,
        max(next_attempt_at) as next_attempt_at
    from ops.alerts
    where delivered_at is null
    group by message_id, asset, statement
),

firsts as (
    select distinct on (asset, statement)
        message_id,
        first_id,
        next_attempt_at
    from messages
    order by asset, statement, first_id
),

due as (
    select message_id
    from firsts
    where next_attempt_at <= now()
    order by first_id
    limit 1
)

select
    alerts.message_id,
    max(alerts.event) as event,
    max(alerts.asset) as asset,
    max(alerts.statement) as statement,
    max(alerts.kind) as kind,
    -- Of ERROR and WARN the worse one, which comes first.
    min(alerts.severity) as severity,
    array_agg(alerts.subject order by alerts.subject) as subjects,
    count(*) as subject_count,
    (array_agg(alerts.counts))[1] as counts,
    max(alerts.run_id) as run_id,
    max(alerts.detail) as detail,
    max(alerts.as_of) as as_of,
    max(alerts.attempts) as attempts
from ops.alerts
inner join due on alerts.message_id = due.message_id
group by alerts.message_id
