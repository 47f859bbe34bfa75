-- Semesters whose students' orders name a topic twice, or one that is no active topic of the semester.
with
entries as (
    select
        preferences.id,
        preferences.semester_id,
        given.topic_id,
        count(*) as mentions,
        bool_or(coalesce(
            topics.semester_id = preferences.semester_id
            and topics.is_active
            and topics.deleted_at is null
            and topics.gone_load is null,
            false
        )) as is_choosable
    from landing.preferences as preferences
    cross join unnest(preferences.topic_order) as given (topic_id)
    left join landing.topics as topics on given.topic_id = topics.id
    where preferences.gone_load is null
    group by preferences.id, preferences.semester_id, given.topic_id
)

select
    semester_id,
    count(*) filter (where mentions > 1) as named_twice,
    count(*) filter (where not is_choosable) as not_to_be_chosen,
    count(*) filter (where mentions > 1 or not is_choosable) as "rows"
from entries
group by semester_id
having count(*) filter (where mentions > 1 or not is_choosable) > 0
order by semester_id
