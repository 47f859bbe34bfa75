-- Opens the account of one table in the load of run :run_id; a step that is tried again opens it again.
with
shared as (
    select
        min(load_id) as load_id,
        min(as_of) as as_of
    from ops.loads
    where run_id = :run_id
)

insert into ops.loads as loads (load_id, source_table, target, run_id, source, as_of, state)
select
    coalesce(shared.load_id, nextval('ops.load_ids')) as load_id,
    :source_table,
    :target,
    :run_id,
    :source,
    coalesce(shared.as_of, cast(:as_of as timestamptz)) as as_of,
    'running' as state
from shared
on conflict (load_id, source_table) do update
    set
        state = 'running',
        source = excluded.source,
        note = null,
        started_at = now(),
        finished_at = null
returning load_id, as_of
