-- Closes older loads of the table that were never ended: their runs died, and must not write any more.
update ops.loads set
    state = 'superseded',
    finished_at = now(),
    note = 'the run ended without closing it; load ' || cast(:load_id as text) || ' followed'
where
    target = :target
    and load_id < :load_id
    and state = 'running'
