-- Brings the kept documents in line with the staged ones, and counts what changed. Where an exam has no list of
-- participants any more, its last document with one stays; a document that was cleared comes back only if it changed,
-- or with an exam that had left, since its participations left with it.
with
changes as (
    select
        new.exam_id,
        new.digest,
        new.document,
        new.bytes,
        new.participants,
        new.answers,
        new.is_embedded,
        old.exam_id as old_exam_id,
        new.is_embedded
        and (
            coalesce(new.digest <> old.digest, true)
            or (old.gone_load is not null and old.document is null)
        ) as is_replaced
    from landing.v1_exams as old
    full join staged_v1_exams as new on old.exam_id = new.exam_id
    where
        old.exam_id is null
        or (new.exam_id is null and old.gone_load is null)
        or (
            new.exam_id is not null
            and (
                old.gone_load is not null
                or new.is_embedded <> old.is_embedded
                or (new.is_embedded and new.digest <> old.digest)
            )
        )
),

inserted as (
    insert into landing.v1_exams (
        exam_id, digest, document, bytes, participants, answers, is_embedded, load_id
    )
    select
        exam_id,
        digest,
        document,
        bytes,
        participants,
        answers,
        is_embedded,
        cast(:load_id as bigint) as load_id
    from changes
    where old_exam_id is null
    returning exam_id
),

updated as (
    update landing.v1_exams as kept set
        digest = case when changes.is_replaced then changes.digest else kept.digest end,
        document = case when changes.is_replaced then changes.document else kept.document end,
        bytes = case when changes.is_replaced then changes.bytes else kept.bytes end,
        participants = case when changes.is_replaced then changes.participants else kept.participants end,
        answers = case when changes.is_replaced then changes.answers else kept.answers end,
        cleared_at = case when changes.is_replaced then null else kept.cleared_at end,
        is_embedded = changes.is_embedded,
        load_id = :load_id,
        gone_load = null
    from changes
    where kept.exam_id = changes.old_exam_id and changes.exam_id is not null
    returning kept.exam_id
),

gone as (
    update landing.v1_exams as kept set gone_load = :load_id
    from changes
    where kept.exam_id = changes.old_exam_id and changes.exam_id is null
    returning kept.exam_id
)

select
    (select count(*) from inserted) as inserted,
    (select count(*) from updated) as updated,
    (select count(*) from gone) as gone
