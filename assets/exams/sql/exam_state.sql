-- What the migration last made of one thing that it reads.
select digest
from ops.exam_states
where
    scope = :scope
    and exam_id = :exam_id
    and source_table = :source_table
