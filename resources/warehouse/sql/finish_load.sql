-- Closes the account of a load.
update ops.loads set
    state = :state,
    digest = :digest,
    read = :read,
    loaded = :loaded,
    quarantined = :quarantined,
    duplicates = :duplicates,
    inserted = :inserted,
    updated = :updated,
    gone = :gone,
    quarantine_load_id = coalesce(cast(:quarantine_load_id as bigint), load_id),
    finished_at = clock_timestamp()
where
    load_id = :load_id
    and source_table = :source_table
