-- Whether the log has the batch :batch, and the batch that took it back.
select
    count(*) filter (where batch_id = cast(:batch as text)) > 0 as is_known,
    max(batch_id) filter (where undoes = cast(:batch as text)) as undone_by
from core.ranking_events
where
    batch_id = cast(:batch as text)
    or undoes = cast(:batch as text)
