-- Puts back every exam as it was before load :load_id: as the first load since then found it.
with
first_images as (
    select distinct on (exam_id) "before" -> 'exam' as exam
    from ops.exam_history
    where
        load_id >= :load_id
        and user_id = ''
    order by exam_id, load_id
),

-- The others were brought since then.
earlier as (
    select exam
    from first_images
    where cast(exam ->> 'created_load' as bigint) < :load_id
)

insert into core.exams
select rows.* -- noqa: AM04
from earlier
cross join lateral jsonb_populate_record(cast(null as core.exams), earlier.exam) as rows
