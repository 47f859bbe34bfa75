-- Keeps why a message was not accepted, and when it is sent again.
update ops.alerts
set
    attempts = attempts + 1,
    problem = :problem,
    next_attempt_at = now() + make_interval(secs => cast(:seconds as double precision))
where
    message_id = :message_id
    and delivered_at is null
