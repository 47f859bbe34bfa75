-- Those of the cohorts in :cohorts whose newest rows failed their audit, so that older ones stand.
select
    cohorts.id as cohort_id,
    cast(newest.counts ->> 'rows' as bigint) as "rows",
    cast(newest.counts ->> 'students' as bigint) as active_students,
    cast(newest.counts ->> 'out_of_range' as bigint) as out_of_range,
    cast(newest.counts ->> 'other_totals' as bigint) as other_totals,
    newest.counts -> 'source' = 'null' as students_never_computed
from landing.cohorts as cohorts
left join lateral (
    select
        audits.passed,
        audits.counts
    from ops.audits as audits
    where
        audits.subject = :subject
        and audits.statement = 'new_rows_can_be_trusted'
        and audits.cohort_id = cohorts.id
    order by audits.audit_id desc
    limit 1
) as newest on true
where
    cohorts.id = any(cast(:cohorts as text[]))
    and cohorts.gone_load is null
    and not newest.passed
order by cohorts.id
