-- How many answers v2 holds.
select count(*) as rows
from core.exam_answers
