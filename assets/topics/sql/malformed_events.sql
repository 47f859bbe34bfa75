-- Events of rankings that lack what they need, say of an action what it cannot do, or of the place before what the log
-- does not; by semester.
with
events as (
    select
        semester_id,
        student_id,
        topic_id,
        action,
        position,
        previous_position,
        nullif(
            lag(position) over (partition by semester_id, student_id, topic_id order by sequence),
            0
        ) as place_before
    from core.ranking_events
    where event_type = 'RANKINGS_BATCH_UPDATED'
)

select
    coalesce(semester_id, '') as semester_id,
    count(*) as "rows"
from events
where
    previous_position is distinct from place_before
    or not coalesce(
        semester_id is not null
        and student_id is not null
        and topic_id is not null
        and case
            when action = 'removed' then position = 0
            else action in ('added', 'moved') and position >= 1
        end,
        false
    )
group by coalesce(semester_id, '')
order by semester_id
