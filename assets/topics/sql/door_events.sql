-- Makes events of the lines that the log does not have, each with the place that its topic truly had before.
with
mentions as (
    select
        *,
        row_number() over (partition by event_id order by ordinal) as mention
    from staged_lines
    where reason is null
),

given as (
    select
        mentions.*,
        coalesce(topics.semester_id, periods.semester_id) as semester_id
    from mentions
    left join landing.topics as topics on mentions.topic_id = topics.id
    left join landing.selection_periods as periods on mentions.period_id = periods.id
    left join core.ranking_events as log on mentions.event_id = log.event_id
    where
        mentions.mention = 1
        and log.event_id is null
),

followed as (
    select
        *,
        lag(position) over (
            partition by semester_id, student_id, topic_id, position is null
            order by ordinal
        ) as place_before
    from given
),

placed as (
    select
        followed.*,
        nullif(coalesce(followed.place_before, rankings.position), 0) as previous_position
    from followed
    left join core.rankings as rankings
        on
            followed.semester_id = rankings.semester_id
            and followed.student_id = rankings.student_id
            and followed.topic_id = rankings.topic_id
            and followed.position is not null
)

insert into staged_events (
    ordinal,
    event_id,
    batch_id,
    event_type,
    origin,
    actor_id,
    actor_type,
    session_id,
    at,
    semester_id,
    student_id,
    topic_id,
    action,
    position,
    previous_position,
    payload,
    load_id
)
select
    ordinal,
    event_id,
    batch_id,
    event_type,
    'source' as origin,
    actor_id,
    actor_type,
    session_id,
    at,
    semester_id,
    student_id,
    topic_id,
    case
        when position = 0 then 'removed'
        when position is not null and previous_position is null then 'added'
        when position is not null then 'moved'
    end as action,
    position,
    previous_position,
    payload,
    cast(:load_id as bigint) as load_id
from placed
