-- The stored flag counts of part :part in :parts of the questions, chosen by :seed.
select
    question_id,
    flag_count
from stats.question_flag_counts
where abs(hashtextextended(question_id, :seed) % :parts) = :part
