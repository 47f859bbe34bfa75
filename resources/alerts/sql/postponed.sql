-- Keeps every message for as long as the receiver asks to be left alone.
update ops.alerts
set next_attempt_at = now() + make_interval(secs => cast(:seconds as double precision))
where
    delivered_at is null
    and next_attempt_at < now() + make_interval(secs => cast(:seconds as double precision))
