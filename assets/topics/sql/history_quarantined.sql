-- Keeps apart the source's changes that cannot be used.
insert into ops.quarantine (load_id, source_table, document_id, reason, detail, raw)
select
    cast(:load_id as bigint) as load_id,
    cast(:source_table as text) as source_table,
    id as document_id,
    'wrong_type' as reason,
    'its action is not added, moved or removed, or a position does not go with it' as detail,
    raw
from staged_history
where raw is not null
order by id
