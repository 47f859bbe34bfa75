-- Whether the log has the batch :batch, and the batch that took it back.
select
    exists (
        select from core.ranking_events
        where batch_id = cast(:batch as text)
    ) as is_known,
    (
        select batch_id
        from core.ranking_events
        where undoes = cast(:batch as text)
        limit 1
    ) as undone_by
