-- Every cohort with its school and its active students; those that left the source are marked.
with
students as (
    select
        cohort_id,
        count(*) as students
    from landing.users
    where
        cohort_id is not null
        and deleted_at is null
        and gone_load is null
    group by cohort_id
)

select
    cohorts.id as cohort_id,
    cohorts.name as cohort_name,
    coalesce(schools.name, 'Unknown') as school_name,
    coalesce(students.students, 0) as students,
    cohorts.gone_load is not null as "left"
from landing.cohorts as cohorts
left join landing.schools as schools
    on
        cohorts.school_id = schools.id
        and schools.gone_load is null
left join students on cohorts.id = students.cohort_id
