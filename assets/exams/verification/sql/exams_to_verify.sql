-- Every exam that a source or v2 knows, of those in :exams where it is given, with what is kept of its v1 document.
with
known as (
    select exam_id from landing.v1_exams
    union
    select id from landing.exams
    where gone_load is null
    union
    select exam_id from landing.exam_participations
    where gone_load is null
    union
    select id from core.exams
    union
    select exam_id from core.exam_participations
),

asked as (
    select exam_id
    from known
    where
        cast(:exams as text[]) is null
        or exam_id = any(cast(:exams as text[]))
),

stored as (
    select
        exam_id,
        count(*) as "rows"
    from landing.exam_participations
    where gone_load is null
    group by exam_id
)

select
    asked.exam_id,
    kept.digest,
    kept.bytes,
    kept.participants,
    kept.answers,
    kept.exam_id is not null as is_known,
    kept.document is not null as is_kept,
    kept.cleared_at is not null as is_cleared,
    coalesce(kept.is_embedded, false) as is_embedded,
    kept.gone_load is not null as is_gone,
    landed.id is not null as is_landed,
    coalesce(stored."rows", 0) as stored_rows
from asked
left join landing.v1_exams as kept on asked.exam_id = kept.exam_id
left join landing.exams as landed
    on
        asked.exam_id = landed.id
        and landed.gone_load is null
left join stored on asked.exam_id = stored.exam_id
order by asked.exam_id
