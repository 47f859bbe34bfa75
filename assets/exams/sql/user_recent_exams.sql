-- At most five rows for each user who exists, of the exams that list the user; only rows that changed are written.
with
listed as (
    -- An exam may list a user twice.
    select distinct
        lists.user_id,
        exams.id as exam_id,
        exams.start_date
    from core.exams as exams
    cross join unnest(exams.allowed_participants) as lists (user_id)
    inner join landing.users as users on lists.user_id = users.id
    where
        users.deleted_at is null
        and users.gone_load is null
),

met as (
    select
        listed.user_id,
        listed.exam_id,
        listed.start_date,
        participations.score,
        participations.completed_at,
        participations.exam_id is not null as is_begun,
        coalesce(participations.status in ('completed', 'auto_submitted'), false) as is_completed
    from listed
    left join core.exam_participations as participations
        on
            listed.exam_id = participations.exam_id
            and listed.user_id = participations.user_id
            and participations.gone_load is null
),

placed as (
    select
        user_id,
        exam_id,
        is_completed,
        is_begun and not is_completed as is_in_progress,
        case when is_completed then score end as score,
        case when is_completed then completed_at end as completed_at,
        row_number() over (
            partition by user_id
            order by
                is_completed desc,
                case when is_completed then completed_at else start_date end desc nulls last,
                exam_id collate "C" asc
        ) as position
    from met
),

final as (
    select
        placed.user_id,
        placed.position,
        placed.exam_id,
        exams.title,
        exams.start_date,
        exams.end_date,
        placed.is_completed,
        placed.is_in_progress,
        placed.score,
        placed.completed_at
    from placed
    inner join core.exams as exams on placed.exam_id = exams.id
    where placed.position <= 5
),

changed as (
    select final.*
    from final
    left join stats.user_recent_exams as stored
        on
            final.user_id = stored.user_id
            and final.position = stored.position
    where
        (
            stored.exam_id,
            stored.title,
            stored.start_date,
            stored.end_date,
            stored.is_completed,
            stored.is_in_progress,
            stored.score,
            stored.completed_at
        ) is distinct from (
            final.exam_id,
            final.title,
            final.start_date,
            final.end_date,
            final.is_completed,
            final.is_in_progress,
            final.score,
            final.completed_at
        )
)

insert into stats.user_recent_exams (
    user_id,
    position,
    exam_id,
    title,
    start_date,
    end_date,
    is_completed,
    is_in_progress,
    score,
    completed_at,
    updated_at
)
select
    user_id,
    position,
    exam_id,
    title,
    start_date,
    end_date,
    is_completed,
    is_in_progress,
    score,
    completed_at,
    cast(:as_of as timestamptz) as updated_at
from changed
on conflict (user_id, position) do update
    set
        exam_id = excluded.exam_id,
        title = excluded.title,
        start_date = excluded.start_date,
        end_date = excluded.end_date,
        is_completed = excluded.is_completed,
        is_in_progress = excluded.is_in_progress,
        score = excluded.score,
        completed_at = excluded.completed_at,
        updated_at = excluded.updated_at
