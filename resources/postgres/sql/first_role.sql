-- The role that initdb made, whatever it is called.
select rolname from pg_catalog.pg_authid
where oid = 10;
