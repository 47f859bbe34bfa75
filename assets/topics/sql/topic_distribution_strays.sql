-- Drops the places of topics that are not staged, where all active topics are.
delete from stats.topic_distribution as distribution
where not exists (
    select from staged_topics as topics
    where
        topics.semester_id = distribution.semester_id
        and topics.topic_id = distribution.topic_id
)
