-- Writes one event for each subject; all of them are told by one message.
insert into ops.alerts (
    event, asset, statement, kind, subject, severity, counts, run_id, detail, as_of, message_id
)
select
    :event as event,
    :asset as asset,
    :statement as statement,
    :kind as kind,
    concerned.subject,
    concerned.severity,
    cast(:counts as jsonb) as counts,
    :run_id as run_id,
    :detail as detail,
    :as_of as as_of,
    :message_id as message_id
from unnest(cast(:subjects as text[]), cast(:severities as text[])) as concerned (subject, severity)
