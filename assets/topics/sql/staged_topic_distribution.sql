-- Stages how many students rank each topic that is counted anew at each place.
insert into staged_topic_distribution (semester_id, topic_id, position, count)
select
    rankings.semester_id,
    rankings.topic_id,
    rankings.position,
    count(*) as count
from core.rankings as rankings
inner join staged_topics as topics
    on
        rankings.semester_id = topics.semester_id
        and rankings.topic_id = topics.topic_id
where topics.is_concerned
group by rankings.semester_id, rankings.topic_id, rankings.position
