-- One statement for each database of Cohortline that is not there.
select format('create database %I owner cohortline template template0', wanted.name)
from (values ('cohortline'), ('cohortline_dagster')) as wanted (name)
left join pg_catalog.pg_database as present on wanted.name = present.datname
where present.datname is null
order by wanted.name;
