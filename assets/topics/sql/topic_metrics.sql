-- Publishes the staged metrics that are new or changed, and appends to the log what was calculated of topics that
-- somebody ranks; answers how many rows and events that are.
with
changed as (
    select staged.*
    from staged_topic_metrics as staged
    left join stats.topic_metrics as old
        on
            staged.semester_id = old.semester_id
            and staged.topic_id = old.topic_id
    where
        old.topic_id is null
        or (
            old.n,
            old.s1,
            old.s2,
            old.t,
            old.average_position,
            old.standard_deviation,
            old.competition_category,
            old.percentile
        ) is distinct from (
            staged.n,
            staged.s1,
            staged.s2,
            staged.t,
            staged.average_position,
            staged.standard_deviation,
            staged.competition_category,
            staged.percentile
        )
),

written as (
    insert into stats.topic_metrics (
        semester_id,
        topic_id,
        n,
        s1,
        s2,
        t,
        average_position,
        standard_deviation,
        competition_category,
        percentile,
        updated_at
    )
    select
        semester_id,
        topic_id,
        n,
        s1,
        s2,
        t,
        average_position,
        standard_deviation,
        competition_category,
        percentile,
        cast(:as_of as timestamptz) as updated_at
    from changed
    on conflict (semester_id, topic_id) do update
        set
            n = excluded.n,
            s1 = excluded.s1,
            s2 = excluded.s2,
            t = excluded.t,
            average_position = excluded.average_position,
            standard_deviation = excluded.standard_deviation,
            competition_category = excluded.competition_category,
            percentile = excluded.percentile,
            updated_at = excluded.updated_at
    returning *
),

calculated as (
    select
        semester_id,
        topic_id,
        updated_at,
        -- The instant by its number: in words it would depend on the session's time zone.
        extract(epoch from updated_at) as instant,
        jsonb_build_object(
            'topicId', topic_id, 'avgPosition', average_position, 'category', competition_category
        ) as payload
    from written
    where n > 0
),

digests as (
    select
        *,
        cast(jsonb_build_array('METRICS_CALCULATED', semester_id, payload, instant) as text) as event,
        cast(jsonb_build_array('METRICS_CALCULATED', semester_id, instant) as text) as batch
    from calculated
),

appended as (
    insert into core.ranking_events (
        event_id,
        batch_id,
        event_type,
        origin,
        actor_type,
        at,
        semester_id,
        topic_id,
        payload
    )
    select
        left(encode(sha256(convert_to(event, 'UTF8')), 'hex'), 32) as event_id,
        left(encode(sha256(convert_to(batch, 'UTF8')), 'hex'), 32) as batch_id,
        'METRICS_CALCULATED' as event_type,
        'cohortline' as origin,
        'system' as actor_type,
        updated_at as at,
        semester_id,
        topic_id,
        payload
    from digests
    order by semester_id, topic_id
    on conflict (event_id) do nothing
    returning event_id
)

select
    (select count(*) from written) as written,
    (select count(*) from appended) as events
