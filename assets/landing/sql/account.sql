-- The newest load that brought the table :target, beside what the warehouse holds of it.
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
    and loads.state in ('loaded', 'unchanged')
order by loads.load_id desc
limit 1
