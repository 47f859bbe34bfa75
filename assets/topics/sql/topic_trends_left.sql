-- Drops hours in which nothing was calculated.
delete from stats.topic_trends as trends
where not exists (
    select from staged_topic_trends as staged
    where
        staged.semester_id = trends.semester_id
        and staged.topic_id = trends.topic_id
        and staged.hour = trends.hour
)
