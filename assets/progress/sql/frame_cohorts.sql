-- The cohorts in :cohorts that the source has.
select id
from landing.cohorts
where
    id = any(cast(:cohorts as text[]))
    and gone_load is null
