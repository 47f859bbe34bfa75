-- Stages the entries of the orders that the source has: the position of each that counts, the reason for each that does
-- not. What counts is numbered from 1 without gaps.
with
topics as (
    select
        id,
        semester_id
    from landing.topics
    where
        is_active
        and deleted_at is null
        and gone_load is null
),

given as (
    select
        orders.number,
        orders.is_winner,
        entries.topic_id,
        entries.place,
        topics.id is not null as is_active
    from staged_orders as orders
    cross join unnest(orders.topic_order) with ordinality as entries (topic_id, place)
    left join topics
        on
            entries.topic_id = topics.id
            and orders.semester_id = topics.semester_id
    where orders.is_present
),

judged as (
    select
        *,
        case
            when not is_winner then 'superseded'
            when not is_active then 'orphan'
            when row_number() over (partition by number, topic_id order by place) > 1 then 'repeated_topic'
        end as reason
    from given
)

insert into staged_entries (number, topic_id, place, reason, position)
select
    number,
    topic_id,
    place,
    reason,
    case when reason is null then row_number() over (partition by number, reason is null order by place) end as position
from judged
