-- Stages the active topics of each semester in which something moved. To be counted anew are those that have no row,
-- that stand in the log after row :since, or whose semester has more or fewer topics than it had; or all.
with
active as (
    select
        semester_id,
        id as topic_id,
        count(*) over (partition by semester_id) as t
    from landing.topics
    where
        is_active
        and deleted_at is null
        and gone_load is null
),

moved as (
    select distinct
        semester_id,
        topic_id
    from core.ranking_events
    where
        event_type = 'RANKINGS_BATCH_UPDATED'
        and sequence > cast(:since as bigint)
),

compared as (
    select
        active.*,
        cast(:everything as boolean)
        or moved.topic_id is not null
        or old.topic_id is null
        or old.t <> active.t as is_concerned
    from active
    left join moved
        on
            active.semester_id = moved.semester_id
            and active.topic_id = moved.topic_id
    left join stats.topic_metrics as old
        on
            active.semester_id = old.semester_id
            and active.topic_id = old.topic_id
),

semesters as (
    select semester_id
    from compared
    where is_concerned
    union
    -- A topic that is no longer active leaves the others in other places.
    select old.semester_id
    from stats.topic_metrics as old
    where not exists (
        select from active
        where
            active.semester_id = old.semester_id
            and active.topic_id = old.topic_id
    )
)

insert into staged_topics (semester_id, topic_id, t, is_concerned)
select
    semester_id,
    topic_id,
    t,
    is_concerned
from compared
where semester_id in (select semesters.semester_id from semesters)
