-- What alerts of one check stand about: everything whose newest event opened it.
with newest as (
    select distinct on (kind, subject)
        kind,
        subject,
        event,
        severity
    from ops.alerts
    where
        asset = :asset
        and statement = :statement
    order by kind asc, subject asc, alert_id desc
)

select
    kind,
    subject,
    severity
from newest
where event = 'opened'
order by kind, subject
