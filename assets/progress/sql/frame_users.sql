-- The active students of the cohorts in :cohorts that the source has: part :part in :parts of them, chosen by :seed.
select
    users.id,
    users.cohort_id
from landing.users as users
inner join landing.cohorts as cohorts on users.cohort_id = cohorts.id
where
    cohorts.id = any(cast(:cohorts as text[]))
    and cohorts.gone_load is null
    and users.deleted_at is null
    and users.gone_load is null
    and abs(hashtextextended(users.id, :seed) % :parts) = :part
