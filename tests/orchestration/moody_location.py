"""A code location with a sensor that fails when it is told to, served to daemons by the tests of alerts."""

import dagster as dg


class MoodError(Exception):
    """What the sensor raises."""


@dg.sensor(minimum_interval_seconds=1, default_status=dg.DefaultSensorStatus.RUNNING)
def on_mood_sensor(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Fail in a bad mood."""
    if context.instance.has_dynamic_partition("mood", "bad"):
        raise MoodError
    return dg.SkipReason("all is well")


@dg.definitions
def defs() -> dg.Definitions:
    """The sensor alone."""
    return dg.Definitions(sensors=[on_mood_sensor])
