-- The newest account of :source_table in :target, where it does not add up, or its quarantine is not there.
with
newest as (
    select
        loads.load_id,
        loads.read,
        loads.loaded,
        loads.quarantined,
        loads.duplicates,
        (
            select count(*)
            from ops.quarantine
            where
                quarantine.load_id = loads.quarantine_load_id
                and quarantine.source_table = loads.source_table
        ) as rows_quarantined
    from ops.loads as loads
    where
        loads.target = :target
        and loads.source_table = :source_table
        and loads.state in ('loaded', 'unchanged')
    order by loads.load_id desc
    limit 1
)

select
    load_id,
    read,
    loaded,
    quarantined,
    duplicates,
    rows_quarantined
from newest
where
    read <> loaded + quarantined + duplicates
    or quarantined <> rows_quarantined
