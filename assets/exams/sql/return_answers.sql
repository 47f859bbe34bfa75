-- Puts back the answers of every participation as they were before load :load_id.
with
first_images as (
    select distinct on (exam_id, user_id) "before" as image
    from ops.exam_history
    where
        load_id >= :load_id
        and user_id <> ''
    order by exam_id, user_id, load_id
),

-- The others were brought since then.
earlier as (
    select image
    from first_images
    where cast(image #>> '{participation,created_load}' as bigint) < :load_id
)

insert into core.exam_answers (exam_id, participation_id, position, question_id, selected_answer, is_correct)
select
    earlier.image #>> '{participation,exam_id}' as exam_id,
    earlier.image #>> '{participation,id}' as participation_id,
    answers.position,
    answers.question_id,
    answers.selected_answer,
    answers.is_correct
from earlier
cross join
    lateral jsonb_to_recordset(earlier.image -> 'answers') as answers (
        position integer, question_id text, selected_answer text, is_correct boolean
    )
