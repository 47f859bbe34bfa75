-- How many messages were not delivered yet.
select count(distinct message_id) as messages
from ops.alerts
where delivered_at is null
