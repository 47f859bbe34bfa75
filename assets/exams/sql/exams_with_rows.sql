-- Which of some exams v2 holds anything of.
select exam_id
from core.exam_participations
where exam_id = any(:exams)
union
select exam_id
from core.exam_answers
where exam_id = any(:exams)
