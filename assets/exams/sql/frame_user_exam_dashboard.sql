-- The stored numbers of part :part in :parts of the users, chosen by :seed.
select
    user_id,
    available_exams_count,
    completed_exams_count,
    average_score,
    learning_bank_questions_count
from stats.user_exam_dashboard
where abs(hashtextextended(user_id, :seed) % :parts) = :part
