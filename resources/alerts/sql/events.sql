-- Events by message, oldest first: everything that ever happened, or what stands.
with numbered as (
    select
        *,
        row_number() over (partition by asset, statement, kind, subject order by alert_id desc) as age
    from ops.alerts
)

select
    message_id,
    max(event) as event,
    max(asset) as asset,
    max(statement) as statement,
    min(severity) as severity,
    max(kind) as kind,
    array_agg(subject order by subject) as subjects,
    (array_agg(counts))[1] as counts,
    max(run_id) as run_id,
    max(detail) as detail,
    max(as_of) as as_of,
    max(recorded_at) as recorded_at,
    max(attempts) as attempts,
    max(problem) as problem,
    max(delivered_at) as delivered_at
from numbered
where
    :everything
    or (age = 1 and event = 'opened')
group by message_id
order by min(alert_id)
