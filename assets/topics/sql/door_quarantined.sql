-- Keeps apart the lines that are no events, but for those that were kept before.
with
refused as (
    select distinct on (batch_id) *
    from staged_lines
    where reason is not null
    order by batch_id asc, ordinal asc
),

kept as (
    select document_id
    from ops.quarantine
    where source_table = cast(:source_table as text)
    group by document_id
)

insert into ops.quarantine (load_id, source_table, document_id, reason, detail, raw)
select
    cast(:load_id as bigint) as load_id,
    cast(:source_table as text) as source_table,
    refused.batch_id as document_id,
    refused.reason,
    refused.detail,
    refused.raw
from refused
left join kept on refused.batch_id = kept.document_id
where kept.document_id is null
order by refused.ordinal
