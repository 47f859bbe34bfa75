-- In how many semesters something moved, and how many topics were counted anew.
select
    count(distinct semester_id) as semesters,
    count(*) filter (where is_concerned) as topics
from staged_topics
