"""The entry point: `python -m benchmarks [PART ...]`."""

import importlib
import pkgutil
import sys

import benchmarks


def main(names: list[str]) -> int:
    """Run the parts named, or all of them."""
    parts = sorted(
        module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name not in {"__main__", "ground"}
    )
    unknown = [name for name in names if name not in parts]
    if unknown:
        print(f"no part {unknown[0]}; the parts are {', '.join(parts)}", file=sys.stderr)
        return 2
    for name in names or parts:
        part = importlib.import_module(f"benchmarks.{name}")
        print(f"\n{name}: {(part.__doc__ or '').splitlines()[0]}", flush=True)
        part.measure()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
