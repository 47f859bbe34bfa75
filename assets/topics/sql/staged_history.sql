-- Stages the changes that the source recorded, each with its id in the log: whether it can be used, and whether the log
-- has it. No order is longer than a hundred thousand topics.
with
present as (
    select
        *,
        left(encode(sha256(convert_to(cast(jsonb_build_array('rankingEvents', id) as text), 'UTF8')), 'hex'), 32)
            as event_id,
        coalesce(position, 0) as place,
        coalesce(previous_position, 0) as place_before
    from landing.ranking_events
    where gone_load is null
),

judged as (
    select
        *,
        coalesce(
            case
                when action in ('added', 'moved') then place between 1 and 100000 and place = floor(place)
                when action = 'removed' then place = 0
            end
            and place_before between 0 and 100000
            and place_before = floor(place_before),
            false
        ) as is_usable
    from present
)

insert into staged_history (
    event_id, id, creation_time, semester_id, student_id, topic_id, action, position, is_usable, is_known, raw
)
select
    judged.event_id,
    judged.id,
    judged.creation_time,
    judged.semester_id,
    judged.student_id,
    judged.topic_id,
    judged.action,
    case when judged.is_usable then cast(judged.place as bigint) end as position,
    judged.is_usable,
    log.event_id is not null as is_known,
    case
        when not judged.is_usable and log.event_id is null
            then left(cast(to_jsonb(judged) - array['event_id', 'place', 'place_before', 'is_usable'] as text), 16384)
    end as raw
from judged
left join core.ranking_events as log on judged.event_id = log.event_id
