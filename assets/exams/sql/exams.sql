-- Brings the exams in line with the landed ones, remembers how they were before, and counts what changed.
with
landed as (
    select *
    from landing.exams
    where gone_load is null
),

changes as (
    select
        new.*,
        old.id as old_id,
        old.created_load as old_created_load,
        to_jsonb(old) as old_row
    from core.exams as old
    full join landed as new on old.id = new.id
    where
        (
            old.id,
            old.creation_time,
            old.title,
            old.description,
            old.start_date,
            old.end_date,
            old.question_ids,
            old.completion_time,
            old.allowed_participants,
            old.enable_pause,
            old.pause_duration_minutes,
            old.is_active,
            old.created_by
        ) is distinct from (
            new.id,
            new.creation_time,
            new.title,
            new.description,
            new.start_date,
            new.end_date,
            new.question_ids,
            new.completion_time,
            new.allowed_participants,
            new.enable_pause,
            new.pause_duration_minutes,
            new.is_active,
            new.created_by
        )
),

remembered as (
    insert into ops.exam_history (load_id, exam_id, user_id, before)
    select
        cast(:load_id as bigint) as load_id,
        old_id,
        '' as user_id,
        jsonb_build_object('exam', old_row) as before
    from changes
    where old_created_load <> :load_id
    on conflict do nothing
),

inserted as (
    insert into core.exams (
        id,
        creation_time,
        title,
        description,
        start_date,
        end_date,
        question_ids,
        completion_time,
        allowed_participants,
        enable_pause,
        pause_duration_minutes,
        is_active,
        created_by,
        created_load,
        load_id
    )
    select
        id,
        creation_time,
        title,
        description,
        start_date,
        end_date,
        question_ids,
        completion_time,
        allowed_participants,
        enable_pause,
        pause_duration_minutes,
        is_active,
        created_by,
        cast(:load_id as bigint) as created_load,
        cast(:load_id as bigint) as load_id
    from changes
    where old_id is null
    returning id
),

updated as (
    update core.exams as exams set
        creation_time = changes.creation_time,
        title = changes.title,
        description = changes.description,
        start_date = changes.start_date,
        end_date = changes.end_date,
        question_ids = changes.question_ids,
        completion_time = changes.completion_time,
        allowed_participants = changes.allowed_participants,
        enable_pause = changes.enable_pause,
        pause_duration_minutes = changes.pause_duration_minutes,
        is_active = changes.is_active,
        created_by = changes.created_by,
        load_id = :load_id
    from changes
    where exams.id = changes.old_id and changes.id is not null
    returning exams.id
),

gone as (
    delete from core.exams as exams
    using changes
    where exams.id = changes.old_id and changes.id is null
    returning exams.id
)

select
    (select count(*) from inserted) as inserted,
    (select count(*) from updated) as updated,
    (select count(*) from gone) as gone,
    (select count(*) from landed) as present
