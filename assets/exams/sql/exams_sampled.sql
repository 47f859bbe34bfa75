-- The exams in part :part in :parts of them, chosen by :seed, those that have left included.
select id as exam_id
from core.exams
where abs(hashtextextended(id, :seed) % :parts) = :part
union
select id as exam_id
from landing.exams
where abs(hashtextextended(id, :seed) % :parts) = :part
