-- The users of some cohorts that the source has.
select users.id
from landing.users as users
inner join landing.cohorts as cohorts on users.cohort_id = cohorts.id
where
    cohorts.id = any(:cohorts)
    and cohorts.gone_load is null
    and users.gone_load is null
