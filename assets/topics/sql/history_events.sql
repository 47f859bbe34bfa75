-- Makes events of the source's changes that the log does not have: in the order in which they were made, each with the
-- place that the topic truly had before.
with
given as (
    select
        *,
        row_number() over (order by creation_time asc, id asc) as ordinal,
        lag(position) over (
            partition by semester_id, student_id, topic_id
            order by creation_time asc, id asc
        ) as place_before,
        jsonb_build_array('rankingEvents', semester_id, student_id, floor(creation_time)) as batch
    from staged_history
    where
        is_usable
        and not is_known
)

insert into staged_events (
    ordinal,
    event_id,
    batch_id,
    event_type,
    origin,
    actor_id,
    actor_type,
    at,
    semester_id,
    student_id,
    topic_id,
    action,
    position,
    previous_position,
    load_id
)
select
    given.ordinal,
    given.event_id,
    left(encode(sha256(convert_to(cast(given.batch as text), 'UTF8')), 'hex'), 32) as batch_id,
    'RANKINGS_BATCH_UPDATED' as event_type,
    'source' as origin,
    given.student_id as actor_id,
    'student' as actor_type,
    case
        when given.creation_time between -62135596800000 and 253402300799999
            then to_timestamp(given.creation_time / 1000)
    end as at,
    given.semester_id,
    given.student_id,
    given.topic_id,
    given.action,
    given.position,
    nullif(coalesce(given.place_before, rankings.position), 0) as previous_position,
    cast(:load_id as bigint) as load_id
from given
left join core.rankings as rankings
    on
        given.semester_id = rankings.semester_id
        and given.student_id = rankings.student_id
        and given.topic_id = rankings.topic_id
