"""How soon commands answer, with the server up."""

from benchmarks.ground import ground, median, say


def measure() -> None:
    """Print the figures."""
    with ground() as here:
        first = here.command("run", "--json").seconds
        again = median(lambda: here.command("run", "--json").seconds)
        figures = {
            " ".join(arguments): median(lambda given=arguments: here.command(*given).seconds)  # type: ignore[misc]
            for arguments in (("--help",), ("db", "status", "--json"), ("db", "url"))
        }
    say(
        {
            "`cohortline run`, the demo from nothing": f"{first:.1f} s",
            "`cohortline run` again (under 30 s)": f"{again:.1f} s",
            **{f"`cohortline {name}` (under 0.5 s)": f"{seconds:.2f} s" for name, seconds in figures.items()},
        }
    )
