-- Fills landing: :rows progress rows of each of :users students, at one question each, all students in turn, so that
-- each cohort's rows lie scattered over the table, as those of a real one do.
with
numbers as (
    select
        n,
        n / :users as place,
        -- The step has no factor in common with the number of students: each of them comes once in a round.
        n * 7919 % :users as student,
        hashint8extended(n, 1) as bits
    from generate_series(cast(0 as bigint), cast(:users as bigint) * :rows - 1) as numbers (n)
),

met as (
    select
        *,
        -- The students of a hundred share two classes of thirty questions.
        student / 100 * 2 + place % 2 as class,
        1770000000000 + (bits & 1073741823) * 2 as made
    from numbers
)

insert into landing.user_progress (
    id,
    creation_time,
    user_id,
    class_id,
    question_id,
    selected_options,
    eliminated_options,
    is_flagged,
    is_mastered,
    attempts,
    last_attempt_at,
    load_id
)
select
    'k' || substr(md5('user_progress/' || n), 2) as id,
    made as creation_time,
    'k' || substr(md5('user/' || student), 2) as user_id,
    'k' || substr(md5('class/' || class), 2) as class_id,
    'k' || substr(md5('question/' || class * 30 + (student + place / 2) % 30), 2) as question_id,
    cast(
        (array['{}', '{o0}', '{o1}', '{o2}', '{o3}', '{o0}', '{o1}', '{"o0","o2"}'])[(bits >> 32 & 7) + 1] as text[]
    ) as selected_options,
    cast(
        (array['{}', '{}', '{}', '{}', '{}', '{o3}', '{o1}', '{"o2","o3"}'])[(bits >> 35 & 7) + 1] as text[]
    ) as eliminated_options,
    bits >> 38 & 15 = 0 as is_flagged,
    bits >> 42 & 3 = 0 as is_mastered,
    bits >> 44 & 3 as attempts,
    case
        -- Some have no time, some the epoch that stands for none.
        when bits >> 46 & 127 = 0 then null
        when bits >> 46 & 127 = 1 then timestamptz 'epoch'
        else to_timestamp((made + 60000) / 1000.0)
    end as last_attempt_at,
    1 as load_id
from met
