-- One row for each exam; only rows that changed are written.
with
participants as (
    select
        exam_id,
        count(*) as participant_count
    from core.exam_participations
    where gone_load is null
    group by exam_id
),

embedded as (
    select
        exam_id,
        participants as legacy_participant_count
    from landing.v1_exams
    where
        is_embedded
        and document is not null
        and gone_load is null
),

counted as (
    select
        exams.id as exam_id,
        exams.title,
        exams.description,
        exams.start_date,
        exams.end_date,
        exams.completion_time,
        exams.is_active,
        exams.creation_time,
        cardinality(exams.question_ids) as question_count,
        coalesce(participants.participant_count, 0) as participant_count,
        coalesce(embedded.legacy_participant_count, 0) as legacy_participant_count
    from core.exams as exams
    left join participants on exams.id = participants.exam_id
    left join embedded on exams.id = embedded.exam_id
)

insert into stats.exam_metadata as stats (
    exam_id,
    title,
    description,
    start_date,
    end_date,
    completion_time,
    is_active,
    creation_time,
    question_count,
    participant_count,
    legacy_participant_count,
    updated_at
)
select
    exam_id,
    title,
    description,
    start_date,
    end_date,
    completion_time,
    is_active,
    creation_time,
    question_count,
    participant_count,
    legacy_participant_count,
    cast(:as_of as timestamptz) as updated_at
from counted
on conflict (exam_id) do update
    set
        title = excluded.title,
        description = excluded.description,
        start_date = excluded.start_date,
        end_date = excluded.end_date,
        completion_time = excluded.completion_time,
        is_active = excluded.is_active,
        creation_time = excluded.creation_time,
        question_count = excluded.question_count,
        participant_count = excluded.participant_count,
        legacy_participant_count = excluded.legacy_participant_count,
        updated_at = excluded.updated_at
    where
    (
        stats.title,
        stats.description,
        stats.start_date,
        stats.end_date,
        stats.completion_time,
        stats.is_active,
        stats.creation_time,
        stats.question_count,
        stats.participant_count,
        stats.legacy_participant_count
    ) is distinct from (
        excluded.title,
        excluded.description,
        excluded.start_date,
        excluded.end_date,
        excluded.completion_time,
        excluded.is_active,
        excluded.creation_time,
        excluded.question_count,
        excluded.participant_count,
        excluded.legacy_participant_count
    )
