-- Where everything that the exams of a scope hold ended, by what was read.
select
    source_table,
    sum(read) as read,
    sum(loaded) as loaded,
    sum(quarantined) as quarantined,
    sum(duplicates) as duplicates
from ops.exam_states
where scope = :scope
group by source_table
