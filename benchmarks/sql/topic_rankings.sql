-- Fills the rankings: each of :students students has :places places, for topics of one of :semesters semesters.
with
students as (
    select
        n as student,
        n % :semesters as semester,
        hashint8extended(n, 1) as bits,
        :topics / :semesters as offered,
        -- No step has a factor in common with the number of topics of a semester: no topic comes twice.
        (array[1, 3, 7, 9, 11, 13, 17, 19])[(hashint8extended(n, 2) & 7) + 1] as step
    from generate_series(cast(0 as bigint), :students - 1) as numbers (n)
),

places as (
    select
        students.*,
        place.position,
        -- The lower of two random numbers: some topics are wanted more than others.
        (
            least(
                (students.bits & 65535) % students.offered, (students.bits >> 16 & 65535) % students.offered
            ) + place.position * students.step
        ) % students.offered as topic
    from students
    cross join generate_series(1, :places) as place (position)
)

insert into core.rankings (semester_id, student_id, topic_id, position, updated_at, event_id)
select
    'k' || substr(md5('semester/' || semester), 2) as semester_id,
    'k' || substr(md5('student/' || student), 2) as student_id,
    'k' || substr(md5('topic/' || topic * :semesters + semester), 2) as topic_id,
    position,
    to_timestamp(1770000000 + student) as updated_at,
    md5(student || '/' || position) as event_id
from places
