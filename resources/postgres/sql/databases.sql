-- The databases that can be connected to, as an upgrade copies them.
select datname
from pg_catalog.pg_database
where datallowconn and datname <> 'template0'
order by datname collate "C";
