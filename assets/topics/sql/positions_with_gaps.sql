-- Semesters in which students' positions are not 1, 2, 3 and so on, each once; students whose newest change was taken
-- back are left out.
with
newest as (
    select distinct on (semester_id, student_id)
        semester_id,
        student_id,
        origin
    from core.ranking_events
    where event_type = 'RANKINGS_BATCH_UPDATED'
    order by semester_id asc, student_id asc, sequence desc
),

taken_back as (
    select
        semester_id,
        student_id
    from newest
    where origin = 'undo'
),

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
    students.semester_id,
    count(*) as "rows"
from students
left join taken_back
    on
        students.semester_id = taken_back.semester_id
        and students.student_id = taken_back.student_id
where
    taken_back.student_id is null
    and (students.first_position, students.last_position, students.positions) <> (1, students.topics, students.topics)
group by students.semester_id
order by students.semester_id
