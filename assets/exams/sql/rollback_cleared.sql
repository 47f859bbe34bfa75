-- The exams that load :load_id or a later one changed and whose v1 document was cleared, each with the newest export
-- that holds it.
with
changed as (
    select exam_id
    from ops.exam_history
    where
        load_id >= :load_id
        -- What an exam itself was is in no document alone.
        and user_id <> ''
    union
    select exam_id
    from core.exam_participations
    where created_load >= :load_id
)

select distinct on (kept.exam_id)
    kept.exam_id,
    exports.path
from landing.v1_exams as kept
inner join changed on kept.exam_id = changed.exam_id
left join ops.exam_exports as exports
    on
        kept.exam_id = exports.exam_id
        and kept.digest = exports.digest
where
    kept.document is null
    and kept.cleared_at is not null
order by kept.exam_id asc, exports.as_of desc
