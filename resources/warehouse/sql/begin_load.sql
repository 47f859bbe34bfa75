-- Opens the account of one table in the load of run :run_id; a step that is tried again opens it again. A run that
-- goes on with what another one landed shares its load, unless that already has an account of this table, or somebody
-- else has gone on meanwhile.
with
shared as (
    select
        min(load_id) as load_id,
        min(as_of) as as_of
    from ops.loads
    where run_id = :run_id
),

continued as (
    select
        min(load_id) as load_id,
        min(as_of) as as_of
    from ops.loads
    where load_id = cast(:continued as bigint)
    having
        bool_and(source_table <> :source_table)
        and not exists (
            select
            from ops.loads as newer
            where
                newer.load_id > cast(:continued as bigint)
                and newer.target not like 'landing.%'
        )
)

insert into ops.loads as loads (load_id, source_table, target, run_id, source, as_of, state)
select
    coalesce(shared.load_id, continued.load_id, nextval('ops.load_ids')) as load_id,
    :source_table as source_table,
    :target as target,
    :run_id as run_id,
    :source as source,
    coalesce(shared.as_of, continued.as_of, cast(:as_of as timestamptz)) as as_of,
    'running' as state
from shared
left join continued on true
on conflict (load_id, source_table) do update
    set
        state = 'running',
        source = excluded.source,
        note = null,
        started_at = now(),
        finished_at = null
returning load_id, as_of
