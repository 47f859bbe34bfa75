-- One row for each user who handed in an exam, ranked within it; only rows that changed are written.
with
done as (
    select
        participations.exam_id,
        participations.user_id,
        participations.score,
        participations.completed_at
    from core.exam_participations as participations
    inner join core.exams as exams on participations.exam_id = exams.id
    inner join landing.users as users on participations.user_id = users.id
    where
        participations.status in ('completed', 'auto_submitted')
        and participations.gone_load is null
        and users.deleted_at is null
        and users.gone_load is null
),

ranked as (
    select
        exam_id,
        user_id,
        score,
        completed_at,
        row_number() over (
            partition by exam_id
            order by score desc nulls last, completed_at asc nulls last, user_id collate "C" asc
        ) as rank
    from done
),

changed as (
    select
        ranked.exam_id,
        ranked.user_id,
        ranked.rank,
        ranked.score,
        ranked.completed_at
    from ranked
    left join stats.exam_leaderboard as stored
        on
            ranked.exam_id = stored.exam_id
            and ranked.user_id = stored.user_id
    where (stored.rank, stored.score, stored.completed_at) is distinct from (
        ranked.rank, ranked.score, ranked.completed_at
    )
)

insert into stats.exam_leaderboard (
    exam_id,
    user_id,
    rank,
    score,
    completed_at,
    updated_at
)
select
    exam_id,
    user_id,
    rank,
    score,
    completed_at,
    cast(:as_of as timestamptz) as updated_at
from changed
on conflict (exam_id, user_id) do update
    set
        rank = excluded.rank,
        score = excluded.score,
        completed_at = excluded.completed_at,
        updated_at = excluded.updated_at
