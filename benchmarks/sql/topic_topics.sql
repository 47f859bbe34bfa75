-- Fills landing: topics 0 to :topics - 1, dealt to :semesters semesters; all of them can be chosen.
insert into landing.topics (id, creation_time, title, semester_id, is_active, load_id)
select
    'k' || substr(md5('topic/' || n), 2) as id,
    1770000000000 + n as creation_time,
    'Topic ' || n as title,
    'k' || substr(md5('semester/' || n % :semesters), 2) as semester_id,
    true as is_active,
    1 as load_id
from generate_series(0, :topics - 1) as numbers (n)
