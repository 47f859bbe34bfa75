-- Whether the cohort :cohort_id left the source; no row where it is not known.
select gone_load is not null as is_left
from landing.cohorts
where id = :cohort_id
