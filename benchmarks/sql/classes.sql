-- Fills landing: :classes classes in equal shares of :cohorts cohorts.
insert into landing.classes (id, creation_time, name, cohort_id, load_id)
select
    'k' || substr(md5('class/' || n), 2) as id,
    1.7e12 + n as creation_time,
    'Class ' || n as name,
    'k' || substr(md5('cohort/' || n * :cohorts / :classes), 2) as cohort_id,
    1 as load_id
from generate_series(0, :classes - 1) as numbers (n)
