-- Drops the rows of users who left.
delete from stats.user_exam_dashboard as stats
where
    not exists (
        select from landing.users as users
        where
            users.id = stats.user_id
            and users.deleted_at is null
            and users.gone_load is null
    )
