-- The classes of the cohorts in :cohorts.
select
    id,
    cohort_id
from landing.classes
where
    cohort_id = any(cast(:cohorts as text[]))
    and gone_load is null
