-- Closes the account of a load that wrote nothing.
update ops.loads set
    state = 'failed',
    note = :note,
    finished_at = now()
where
    load_id = :load_id
    and source_table = :source_table
    and state = 'running'
