"""What the system itself may refuse to a kernel and all it starts: open files without end, and core dumps.

Processes and memory are the worker's to count (workers/kernels/kernel-meters.ts): the system's own limit of processes is per
user, so one notebook would stop all others, and root has none.
"""

import resource

FILES = 16_384
# A cell that has used up its files fails, and to say so takes a few.
SPARE = 128


def limit_resources():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES + SPARE if hard == resource.RLIM_INFINITY else min(hard, FILES + SPARE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most - SPARE, most))


def give_spare_files():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def take_spare_files():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == hard and hard > SPARE:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard - SPARE, hard))
