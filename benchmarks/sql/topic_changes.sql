-- Moves one student's place of each of :topics topics, and appends that to the log.
with
changed as (
    select distinct on (topic_id)
        semester_id,
        student_id,
        topic_id,
        position
    from core.rankings
    where
        topic_id in (
            select topics.id
            from landing.topics as topics
            order by topics.id
            limit :topics
        )
    order by topic_id asc, student_id asc
),

moved as (
    update core.rankings as rankings
    set position = 21 - rankings.position
    from changed
    where
        rankings.semester_id = changed.semester_id
        and rankings.student_id = changed.student_id
        and rankings.topic_id = changed.topic_id
    returning
        rankings.semester_id,
        rankings.student_id,
        rankings.topic_id,
        rankings.position
)

insert into core.ranking_events (
    event_id, batch_id, event_type, origin, actor_type, at, semester_id, student_id, topic_id, action, position
)
select
    md5(topic_id || :as_of || random()) as event_id,
    'changes' as batch_id,
    'RANKINGS_BATCH_UPDATED' as event_type,
    'preferences' as origin,
    'student' as actor_type,
    cast(:as_of as timestamptz) as at,
    semester_id,
    student_id,
    topic_id,
    'moved' as action,
    position
from moved
