-- What tells one content of the two tables from another; when a row last changed is no part of it.
with
students as (
    select
        user_id,
        cohort_id,
        questions_interacted,
        questions_mastered,
        total_questions,
        last_activity_at
    from stats.user_progress_stats
),

cohorts as (
    select
        cohort_id,
        total_students,
        total_modules,
        total_questions,
        average_completion
    from stats.cohort_stats
)

select
    (
        select sum(hashtextextended(cast(students as text), 0))
        from students
    ) as students,
    (
        select sum(hashtextextended(cast(cohorts as text), 0))
        from cohorts
    ) as cohorts
