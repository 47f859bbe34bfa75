-- Drops the rows of users who have no longer handed the exam in, or who left, and of exams that left.
delete from stats.exam_leaderboard as stats
where
    not exists (
        select from core.exam_participations as participations
        inner join core.exams as exams on participations.exam_id = exams.id
        inner join landing.users as users on participations.user_id = users.id
        where
            participations.exam_id = stats.exam_id
            and participations.user_id = stats.user_id
            and participations.status in ('completed', 'auto_submitted')
            and participations.gone_load is null
            and users.deleted_at is null
            and users.gone_load is null
    )
