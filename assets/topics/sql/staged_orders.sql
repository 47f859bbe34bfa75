-- Stages every order that the source has or had: which of them counts for its student and semester, and the newest load
-- that touched any of theirs.
insert into staged_orders (
    number, id, semester_id, student_id, topic_order, at, is_present, is_winner, touched_load
)
select
    row_number() over (
        order by semester_id asc, student_id asc, gone_load asc nulls first, last_updated desc nulls last, id desc
    ) as number,
    id,
    semester_id,
    student_id,
    topic_order,
    last_updated as at,
    gone_load is null as is_present,
    gone_load is null
    and row_number() over (
        partition by semester_id, student_id
        order by gone_load asc nulls first, last_updated desc nulls last, id desc
    ) = 1 as is_winner,
    max(greatest(load_id, gone_load)) over (partition by semester_id, student_id) as touched_load
from landing.preferences
