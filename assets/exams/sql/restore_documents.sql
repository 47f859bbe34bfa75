-- Puts the staged documents back where the exam has none. No load brought them; an exam that the source does not have
-- is gone from it.
with
newest as (
    select coalesce(max(load_id), 0) as load_id
    from ops.loads
)

insert into landing.v1_exams as kept (
    exam_id, digest, document, bytes, participants, answers, is_embedded, load_id, gone_load
)
select
    restored.exam_id,
    restored.digest,
    restored.document,
    restored.bytes,
    restored.participants,
    restored.answers,
    false as is_embedded,
    0 as load_id,
    case when exams.id is null then newest.load_id end as gone_load
from restored_exams as restored
cross join newest
left join landing.exams as exams
    on
        restored.exam_id = exams.id
        and exams.gone_load is null
on conflict (exam_id) do update
    set
        digest = excluded.digest,
        document = excluded.document,
        bytes = excluded.bytes,
        participants = excluded.participants,
        answers = excluded.answers,
        cleared_at = null
    where kept.document is null
