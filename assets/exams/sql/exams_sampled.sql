-- The exams in one part in :parts of them, chosen by :seed, those that have left included.
select id as exam_id
from core.exams
where hashtextextended(id, :seed) % :parts = 0
union
select id as exam_id
from landing.exams
where hashtextextended(id, :seed) % :parts = 0
