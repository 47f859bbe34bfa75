-- Fills landing: three modules of ten questions for each of :classes classes.
insert into landing.modules (id, creation_time, class_id, title, status, question_count, load_id)
select
    'k' || substr(md5('module/' || n), 2) as id,
    1.7e12 + n as creation_time,
    'k' || substr(md5('class/' || n / 3), 2) as class_id,
    'Module ' || n as title,
    'published' as status,
    10 as question_count,
    1 as load_id
from generate_series(0, :classes * 3 - 1) as numbers (n)
