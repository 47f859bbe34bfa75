-- The newest load that brought the table to what it is.
select
    load_id,
    digest,
    read,
    loaded,
    quarantined,
    duplicates,
    quarantine_load_id
from ops.loads
where
    target = :target
    and state in ('loaded', 'unchanged')
order by load_id desc
limit 1
