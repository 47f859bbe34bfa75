-- One statement for each table or filled materialized view: its name and the exact number of its own rows.
select
    format(
        'select %L, count(*) from only %I.%I',
        format('%I.%I', namespaces.nspname, relations.relname),
        namespaces.nspname,
        relations.relname
    )
from pg_catalog.pg_class as relations
inner join pg_catalog.pg_namespace as namespaces on relations.relnamespace = namespaces.oid
where
    (relations.relkind = 'r' or (relations.relkind = 'm' and relations.relispopulated))
    and namespaces.nspname not in ('pg_catalog', 'information_schema')
    and namespaces.nspname not like 'pg\_toast%'
    and namespaces.nspname not like 'pg\_temp\_%'
order by namespaces.nspname collate "C", relations.relname collate "C";
