-- The newest loads that changed questions and progress rows, and whether one of them came since the flags were counted.
with
newest as (
    select
        coalesce(max(load_id) filter (where target = 'landing.questions'), 0) as questions_load,
        coalesce(max(load_id) filter (where target = 'landing.user_progress'), 0) as progress_load
    from ops.loads
    where
        target in ('landing.questions', 'landing.user_progress')
        and state = 'loaded'
),

counted as (
    select counts
    from ops.audits
    where
        subject = 'question_flag_counts'
        and statement = 'flags_are_counted'
    order by audit_id desc
    limit 1
)

select
    newest.questions_load,
    newest.progress_load,
    not coalesce(
        cast(counted.counts ->> 'questions_load' as bigint) = newest.questions_load
        and cast(counted.counts ->> 'progress_load' as bigint) = newest.progress_load,
        false
    ) as is_stale
from newest
left join counted on true
