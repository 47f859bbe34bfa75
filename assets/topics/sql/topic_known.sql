-- Whether the source has, or had, the topic :topic.
select count(*) > 0 as is_known
from landing.topics
where id = :topic
