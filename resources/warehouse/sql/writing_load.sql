-- The load, if it may write: still open, and no newer one has written. Held against changes until the end.
select loads.load_id
from ops.loads as loads
where
    loads.load_id = :load_id
    and loads.source_table = :source_table
    and loads.state = 'running'
    and not exists (
        select from ops.loads as newer
        where
            newer.target = loads.target
            and newer.load_id > loads.load_id
            and newer.state in ('loaded', 'unchanged')
    )
for update of loads
