-- The checks of which an alert stands about :subject.
with
newest as (
    select distinct on (asset, statement)
        asset,
        statement,
        event,
        severity
    from ops.alerts
    where
        kind = :kind
        and subject = :subject
    order by asset asc, statement asc, alert_id desc
)

select
    asset,
    statement,
    severity
from newest
where event = 'opened'
order by asset, statement
