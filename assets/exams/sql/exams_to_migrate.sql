-- Every exam with the digest of what its participations are made from, and whether that, and the number of rows that
-- it led to, are still those of the last migration.
with
v2_answers as (
    select
        participations.exam_id,
        count(*) as rows,
        max(greatest(answers.load_id, answers.gone_load)) as newest
    from landing.exam_answers as answers
    inner join landing.exam_participations as participations on answers.participation_id = participations.id
    group by participations.exam_id
),

v2 as (
    select
        exam_id,
        count(*) as rows,
        max(greatest(load_id, gone_load)) as newest
    from landing.exam_participations
    group by exam_id
),

inputs as (
    select
        coalesce(v1.exam_id, v2.exam_id) as exam_id,
        concat_ws(
            ':',
            cast(:rules as text),
            v1.digest,
            v1.gone_load is null,
            v2.rows,
            v2.newest,
            v2_answers.rows,
            v2_answers.newest
        ) as digest
    from landing.v1_exams as v1
    full join v2 on v1.exam_id = v2.exam_id
    left join v2_answers on v2.exam_id = v2_answers.exam_id
),

states as (
    select
        exam_id,
        min(digest) as digest,
        sum(loaded) filter (where source_table in ('exams.participants', 'landing.exam_participations')) as loaded
    from ops.exam_states
    where scope = :scope
    group by exam_id
),

present as (
    select
        exam_id,
        count(*) as rows
    from core.exam_participations
    where gone_load is null
    group by exam_id
)

select
    inputs.exam_id,
    inputs.digest,
    states.loaded,
    coalesce(states.digest = inputs.digest, false) as is_known,
    coalesce(states.loaded = coalesce(present.rows, 0), false) as is_whole
from inputs
left join states on inputs.exam_id = states.exam_id
left join present on inputs.exam_id = present.exam_id
order by inputs.exam_id
