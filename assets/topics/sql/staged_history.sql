-- Stages the changes that the source recorded, each with its id in the log: whether it can be used, whether the log has
-- it, and why it is not taken for what it says. No order is longer than a hundred thousand topics.
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
),

known as (
    select
        judged.*,
        log.event_id is not null as is_known,
        case
            when log.event_id is null and not judged.is_usable then 'wrong_type'
            when coalesce(
                log.action <> judged.action or log.position <> judged.place,
                log.event_id is not null
            ) then 'conflict'
        end as reason
    from judged
    left join core.ranking_events as log on judged.event_id = log.event_id
)

insert into staged_history (
    event_id, id, creation_time, semester_id, student_id, topic_id, action, is_usable, is_known, reason, position, raw
)
select
    event_id,
    id,
    creation_time,
    semester_id,
    student_id,
    topic_id,
    action,
    is_usable,
    is_known,
    reason,
    case when is_usable then cast(place as bigint) end as position,
    case
        when reason is not null
            then left(
                cast(
                    to_jsonb(known) - array['event_id', 'place', 'place_before', 'is_usable', 'is_known', 'reason']
                    as text
                ),
                16384
            )
    end as raw
from known
