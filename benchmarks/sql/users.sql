-- Fills landing: :users students in equal shares of :cohorts cohorts.
insert into landing.users (id, creation_time, name, role, cohort_id, load_id)
select
    'k' || substr(md5('user/' || n), 2) as id,
    1.7e12 + n as creation_time,
    'Student ' || n as name,
    'student' as role,
    'k' || substr(md5('cohort/' || n * :cohorts / :users), 2) as cohort_id,
    1 as load_id
from generate_series(0, :users - 1) as numbers (n)
