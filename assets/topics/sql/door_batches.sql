-- How many events the staged rows are.
select count(distinct batch_id) as batches
from staged_events
