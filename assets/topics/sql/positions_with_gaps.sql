-- Semesters in which students' positions are not 1, 2, 3 and so on, each once.
with
students as (
    select
        semester_id,
        student_id,
        count(*) as topics,
        min(position) as first_position,
        max(position) as last_position,
        count(distinct position) as positions
    from core.rankings
    group by semester_id, student_id
)

select
    semester_id,
    count(*) as "rows"
from students
where
    first_position <> 1
    or last_position <> topics
    or positions <> topics
group by semester_id
order by semester_id
