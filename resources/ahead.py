"""Working ahead: what is slow to make is made in a thread while what was made before is used. Pure."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


def mapped(make: Callable[[Given], Made], given: Iterable[Given], ahead: int = 4) -> Iterator[Made]:
    """Apply a function that lets go of the interpreter, such as compression, to a few things ahead of their use."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        pending: deque[Future[Made]] = deque()
        for one in given:
            pending.append(pool.submit(make, one))
            if len(pending) > ahead:
                yield pending.popleft().result()
        for future in pending:
            yield future.result()
