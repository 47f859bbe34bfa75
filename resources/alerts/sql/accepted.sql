-- Marks a message as delivered.
update ops.alerts
set
    attempts = attempts + 1,
    problem = null,
    delivered_at = now()
where
    message_id = :message_id
    and delivered_at is null
