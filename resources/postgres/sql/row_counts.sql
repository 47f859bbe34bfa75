-- One statement for each table or filled materialized view: its name and the exact number of its own rows.
select
    format(
        'select %L, count(*) from only %I.%I',
        format('%I.%I', schemas.nspname, relations.relname),
        schemas.nspname,
        relations.relname
    )
from pg_catalog.pg_class as relations
inner join pg_catalog.pg_namespace as schemas on relations.relnamespace = schemas.oid
where
    (relations.relkind = 'r' or (relations.relkind = 'm' and relations.relispopulated))
    and schemas.nspname not in ('pg_catalog', 'information_schema')
    and schemas.nspname not like 'pg\_toast%'
    and schemas.nspname not like 'pg\_temp\_%'
order by schemas.nspname collate "C", relations.relname collate "C";
