-- How many v1 documents are kept.
select count(*) as kept
from landing.v1_exams
where document is not null
