-- Fills landing: :cohorts cohorts.
insert into landing.cohorts (id, creation_time, name, load_id)
select
    'k' || substr(md5('cohort/' || n), 2) as id,
    1.7e12 + n as creation_time,
    'Cohort ' || n as name,
    1 as load_id
from generate_series(0, :cohorts - 1) as numbers (n)
