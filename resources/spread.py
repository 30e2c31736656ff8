"""Many like tasks, one after the other here or side by side on a Dask cluster; the answers are the same.

For assessments of many years and fine grids. A task must be a pure function of its argument: one that died with
its worker is simply run again elsewhere.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from gis_layers.errors import EnergyMapError, InputError, Problem
from gis_layers.progress import Progress, silent

Task = TypeVar("Task")
Answer = TypeVar("Answer")

LOCAL = "local"
"""Address that stands for workers on this machine: 'local', or 'local:3' for three."""
IN_FLIGHT_PER_WORKER = 3
"""Tasks handed out at once: enough to keep a worker busy, few enough to keep memory small."""
ANSWER_TIMEOUT_S = 20
RETRIES = 5
LOOK_S = 0.2
"""Between two looks for answers: so soon a cancelled assessment lets the cluster go."""
MOST_WORKERS = 256
_SCHEDULER = re.compile(r"(?:(?:tcp|tls|ws|wss|ucx)://)?(?:[\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}", re.ASCII)
_ANSWERS = "a Dask scheduler that answers, such as tcp://host:8786, or local"


def answers(
    work: Callable[[Task], Answer],
    tasks: Iterable[Task],
    count: int,
    cluster: str = "",
    progress: Progress = silent,
    *,
    what: str = "assessment",
    lost: Callable[[Task, str], Answer] | None = None,
) -> Iterator[Answer]:
    """Answers of all tasks, in the order in which they are done.

    Parameters
    ----------
    count
        How many tasks there are, for the progress.
    cluster
        '' runs here; 'local' or 'local:N' on N processes of this machine; otherwise the address of a Dask
        scheduler ('tcp://host:8786') whose workers have this program installed.
    what
        Name of the step, for the progress.
    lost
        Answers in the place of a task over which workers died again and again, for its reason; None: the whole
        ends with it.

    Raises
    ------
    InputError
        No such cluster.
    EnergyMapError
        `cluster_lost`: workers died again and again over a task, or the scheduler is gone.
    Cancelled, and whatever a task raises.
    """
    if not cluster:
        for number, task in enumerate(tasks):
            progress(number / count, what)
            yield work(task)
        progress(1.0, what)
        return
    with _client(cluster) as client:
        yield from _distributed(client, work, iter(tasks), count, progress, what, lost)


def check_address(cluster: str) -> str:
    """An address as `answers` takes it, without the spaces around it; nothing is connected to.

    Raises
    ------
    InputError
        Neither '', 'local', 'local:N' nor the address of a scheduler.
    """
    cluster = cluster.strip()
    name, colon, number = cluster.partition(":")
    if name == LOCAL:
        if colon and not (number.isascii() and number.isdigit() and 1 <= int(number) <= MOST_WORKERS):
            raise InputError(Problem("--cluster", "workers", number, "local or local:1 to local:256"))
    elif cluster and not _SCHEDULER.fullmatch(cluster):
        raise InputError(Problem("--cluster", "address", cluster, _ANSWERS))
    return cluster


@contextlib.contextmanager
def _client(cluster: str) -> Iterator[Any]:
    import distributed

    cluster = check_address(cluster)
    name, _, number = cluster.partition(":")
    with contextlib.ExitStack() as stack:
        if name == LOCAL:
            made = distributed.LocalCluster(
                n_workers=int(number) if number else None,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",  # any free port: two clusters may stand side by side
                silence_logs="CRITICAL",
            )
            stack.callback(made.close)
            yield stack.enter_context(distributed.Client(made))
            return
        try:
            client = distributed.Client(cluster, timeout=ANSWER_TIMEOUT_S)
        except (OSError, TimeoutError, ValueError) as error:
            found = f"{cluster} ({type(error).__name__})"
            raise InputError(Problem("--cluster", "address", found, _ANSWERS)) from error
        yield stack.enter_context(client)


def _distributed(
    client: Any,
    work: Callable[[Task], Answer],
    tasks: Iterator[Task],
    count: int,
    progress: Progress,
    what: str,
    lost: Callable[[Task, str], Answer] | None,
) -> Iterator[Answer]:
    import distributed

    task_of: dict[str, Task] = {}

    def submit() -> Any | None:
        task = next(tasks, None)
        if task is None:
            return None
        future = client.submit(work, task, pure=False, retries=RETRIES)
        task_of[future.key] = task
        return future

    room = max(2, IN_FLIGHT_PER_WORKER * max(1, len(client.scheduler_info(n_workers=-1)["workers"])))
    pending = distributed.as_completed(raise_errors=False)
    done = 0
    try:
        for _ in range(room):
            if (future := submit()) is not None:
                pending.add(future)
        while pending.count():
            progress(done / count, what)
            while not pending.has_ready():
                # A task may take minutes: between answers, too, the user may cancel.
                time.sleep(LOOK_S)
                progress(done / count, what)
            try:
                ready: Any = next(pending)
                answer = ready.result(timeout=ANSWER_TIMEOUT_S)
            except distributed.scheduler.KilledWorker as error:
                if lost is None:
                    raise EnergyMapError("cluster_lost", what=str(error)[:200]) from error
                answer = lost(task_of[ready.key], str(error)[:200])
            except (distributed.CommClosedError, TimeoutError, distributed.FutureCancelledError) as error:
                raise EnergyMapError("cluster_lost", what=f"{type(error).__name__}: {error}"[:200]) from error
            del task_of[ready.key]
            ready.release()
            if (following := submit()) is not None:
                pending.add(following)
            done += 1
            yield answer
    finally:
        for future in list(pending.futures):
            with contextlib.suppress(Exception):
                future.cancel()
    progress(1.0, what)
