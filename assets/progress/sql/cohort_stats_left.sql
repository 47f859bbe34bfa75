-- Drops the rows of cohorts in :cohorts that the source no longer has.
delete from stats.cohort_stats as stats
where
    stats.cohort_id = any(cast(:cohorts as text[]))
    and not exists (
        select from landing.cohorts as cohorts
        where
            cohorts.id = stats.cohort_id
            and cohorts.gone_load is null
    )
