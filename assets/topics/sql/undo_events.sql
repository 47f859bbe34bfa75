-- Makes events that put each topic of the batch :batch back where it was. They remember the newest load of orders that
-- the log has taken in: what a student saves after it counts again.
with
changes as (
    select
        *,
        first_value(previous_position) over (
            partition by semester_id, student_id, topic_id
            order by sequence
        ) as place_before
    from core.ranking_events
    where
        batch_id = cast(:batch as text)
        and event_type = 'RANKINGS_BATCH_UPDATED'
),

net as (
    select distinct on (semester_id, student_id, topic_id)
        semester_id,
        student_id,
        topic_id,
        position as place_now,
        coalesce(place_before, 0) as position
    from changes
    order by semester_id asc, student_id asc, topic_id asc, sequence desc
),

taken_in as (
    select cast(split_part(digest, ':', 3) as bigint) as load_id
    from ops.loads
    where
        target = 'core.rankings'
        and state in ('loaded', 'unchanged')
    order by load_id desc
    limit 1
)

insert into staged_events (
    ordinal,
    event_id,
    batch_id,
    event_type,
    origin,
    actor_type,
    at,
    semester_id,
    student_id,
    topic_id,
    action,
    position,
    previous_position,
    undoes,
    load_id
)
select
    row_number() over (order by semester_id asc, student_id asc, position asc, topic_id asc) as ordinal,
    left(encode(sha256(convert_to(cast(
        jsonb_build_array('undo', cast(:batch as text), semester_id, student_id, topic_id) as text
    ), 'UTF8')), 'hex'), 32) as event_id,
    left(encode(sha256(convert_to(cast(
        jsonb_build_array('undo', cast(:batch as text)) as text
    ), 'UTF8')), 'hex'), 32) as batch_id,
    'RANKINGS_BATCH_UPDATED' as event_type,
    'undo' as origin,
    'admin' as actor_type,
    cast(:as_of as timestamptz) as at,
    semester_id,
    student_id,
    topic_id,
    case
        when position = 0 then 'removed'
        when place_now = 0 then 'added'
        else 'moved'
    end as action,
    position,
    nullif(place_now, 0) as previous_position,
    cast(:batch as text) as undoes,
    coalesce((select taken_in.load_id from taken_in), 0) as load_id
from net
