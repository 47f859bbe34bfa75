-- Topics whose metrics cannot be: of another category, beyond a bound, or with places that do not sum to n.
with
summed as (
    select
        semester_id,
        topic_id,
        sum(count) as students,
        min(count) as smallest,
        min(position) as first_position,
        max(position) as last_position,
        count(*) as places
    from stats.topic_distribution
    group by semester_id, topic_id
),

judged as (
    select
        metrics.n,
        metrics.t,
        coalesce(metrics.semester_id, summed.semester_id) as semester_id,
        coalesce(metrics.topic_id, summed.topic_id) as topic_id,
        case
            when metrics.n = 0 then metrics.competition_category is null
            else metrics.competition_category in ('very-high', 'high', 'medium', 'low')
        end as category_is_sound,
        case
            when metrics.n = 0 then metrics.percentile is null
            else metrics.percentile between 0 and 100
        end as percentile_is_sound,
        case
            when metrics.n = 0 then metrics.average_position is null and metrics.standard_deviation is null
            else
                metrics.average_position between 1 and summed.last_position
                and metrics.standard_deviation between 0 and summed.last_position
        end as average_is_sound,
        summed.students = metrics.n
        and summed.smallest >= 0
        and summed.first_position = 1
        and summed.places = summed.last_position
        and summed.last_position >= metrics.t as places_are_sound
    from stats.topic_metrics as metrics
    full join summed
        on
            metrics.semester_id = summed.semester_id
            and metrics.topic_id = summed.topic_id
)

select
    semester_id,
    topic_id,
    n,
    t,
    coalesce(category_is_sound, false) as category_is_sound,
    coalesce(percentile_is_sound, false) as percentile_is_sound,
    coalesce(average_is_sound, false) as average_is_sound,
    coalesce(places_are_sound, false) as places_are_sound
from judged
where not coalesce(category_is_sound and percentile_is_sound and average_is_sound and places_are_sound, false)
order by semester_id, topic_id
