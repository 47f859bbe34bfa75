-- The stored flag counts of one part in :parts of the questions, chosen by :seed.
select
    question_id,
    flag_count
from stats.question_flag_counts
where hashtextextended(question_id, :seed) % :parts = 0
