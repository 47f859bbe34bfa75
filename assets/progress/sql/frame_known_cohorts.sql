-- Every cohort that the source has, with its school.
select
    cohorts.id,
    cohorts.name as cohort_name,
    cohorts.school_id
from landing.cohorts as cohorts
where cohorts.gone_load is null
