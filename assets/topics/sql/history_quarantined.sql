-- Keeps apart the source's changes that cannot be used, or say something else than when the log took them in.
insert into ops.quarantine (load_id, source_table, document_id, reason, detail, raw)
select
    cast(:load_id as bigint) as load_id,
    cast(:source_table as text) as source_table,
    id as document_id,
    reason,
    case reason
        when 'conflict' then 'the log has this event with another action or position, as it first came'
        else 'its action is not added, moved or removed, or a position does not go with it'
    end as detail,
    raw
from staged_history
where reason is not null
order by id
