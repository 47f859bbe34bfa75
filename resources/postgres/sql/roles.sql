-- The roles that somebody made.
select rolname
from pg_catalog.pg_roles
where oid >= 16384 or oid = 10
order by rolname collate "C";
