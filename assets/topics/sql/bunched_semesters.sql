-- Semesters of which more than four in five ranked topics are very-high, while students rank no more than a fifth of
-- the topics: whoever ranks five of 150 can give none a place that counts as less wanted.
with
firsts as (
    select
        semester_id,
        -- Every order has one first place.
        sum(count) as students
    from stats.topic_distribution
    where position = 1
    group by semester_id
),

ranked as (
    select
        semester_id,
        max(t) as topics,
        count(*) as ranked_topics,
        count(*) filter (where competition_category = 'very-high') as very_high,
        sum(n) as rankings
    from stats.topic_metrics
    where n > 0
    group by semester_id
)

select
    ranked.semester_id,
    ranked.topics,
    ranked.ranked_topics,
    ranked.very_high,
    cast(firsts.students as bigint) as students,
    cast(ranked.rankings as bigint) as rankings
from ranked
inner join firsts on ranked.semester_id = firsts.semester_id
where
    5 * ranked.very_high > 4 * ranked.ranked_topics
    and 5 * ranked.rankings <= ranked.topics * firsts.students
order by ranked.semester_id
