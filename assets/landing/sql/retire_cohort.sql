-- Forgets a cohort that left the source.
delete from landing.cohorts
where
    id = :cohort_id
    and gone_load is not null
