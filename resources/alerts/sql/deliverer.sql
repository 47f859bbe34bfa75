-- Tries to become the one deliverer, until the transaction ends.
select pg_try_advisory_xact_lock(hashtextextended('ops.alerts/delivery', 0)) as is_alone
