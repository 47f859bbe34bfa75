-- Writes the answers of participations that changed.
insert into core.exam_answers (
    exam_id, participation_id, position, question_id, selected_answer, is_correct
)
select
    staged.exam_id,
    staged.participation_id,
    staged.position,
    staged.question_id,
    staged.selected_answer,
    staged.is_correct
from staged_exam_answers as staged
inner join exam_changes
    on staged.exam_id = exam_changes.exam_id and staged.participation_id = exam_changes.participation_id
where exam_changes.kind <> 'gone'
