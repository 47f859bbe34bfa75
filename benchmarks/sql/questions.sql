-- Fills landing: the questions of three modules for each of :classes classes.
insert into landing.questions (id, creation_time, module_id, options, load_id)
select
    'k' || substr(md5('question/' || n), 2) as id,
    1.7e12 + n as creation_time,
    'k' || substr(md5('module/' || n / 10), 2) as module_id,
    '{}' as options,
    1 as load_id
from generate_series(0, :classes * 30 - 1) as numbers (n)
