-- Drops the rows of users who left, and the places beyond the exams that still list the user.
with
listed as (
    -- An exam may list a user twice.
    select distinct
        lists.user_id,
        exams.id as exam_id
    from core.exams as exams
    cross join unnest(exams.allowed_participants) as lists (user_id)
    inner join landing.users as users on lists.user_id = users.id
    where
        users.deleted_at is null
        and users.gone_load is null
),

places as (
    select
        user_id,
        least(count(*), 5) as last_position
    from listed
    group by user_id
)

delete from stats.user_recent_exams as stats
where
    not exists (
        select from places
        where
            places.user_id = stats.user_id
            and places.last_position >= stats.position
    )
