-- Which of some runs have been judged.
select run_id
from ops.audits
where
    subject = any(cast(:jobs as text[]))
    and statement = :statement
    and run_id = any(cast(:runs as text[]))
