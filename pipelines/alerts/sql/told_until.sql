-- Until when the alerts about a schedule or sensor tell what became of it.
select max(as_of) as told_until
from ops.alerts
where
    asset = :subject
    and statement = :statement
    and kind = :kind
    and subject = :subject
