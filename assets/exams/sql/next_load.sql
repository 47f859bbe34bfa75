-- The number that the next load would have.
select coalesce(max(load_id), 0) + 1 as load_id
from ops.loads
