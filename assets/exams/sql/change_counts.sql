-- How many participations changed, and in which way.
select
    count(*) filter (where kind = 'insert') as inserted,
    count(*) filter (where kind = 'update') as updated,
    count(*) filter (where kind = 'gone') as gone
from exam_changes
