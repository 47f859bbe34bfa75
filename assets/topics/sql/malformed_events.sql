-- Events of rankings that lack what they need, or say of an action what it cannot do; by semester.
select
    coalesce(semester_id, '') as semester_id,
    count(*) as "rows"
from core.ranking_events
where
    event_type = 'RANKINGS_BATCH_UPDATED'
    and not coalesce(
        semester_id is not null
        and student_id is not null
        and topic_id is not null
        and coalesce(previous_position, 1) >= 1
        and case
            when action = 'removed' then position = 0
            else action in ('added', 'moved') and position >= 1
        end,
        false
    )
group by coalesce(semester_id, '')
order by semester_id
