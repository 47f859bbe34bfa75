-- The schools that the source has.
select
    id,
    name as school_name
from landing.schools
where gone_load is null
