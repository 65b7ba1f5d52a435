"""Faults, and what they leave: the program itself with people who sign through a server, while it
is killed, cut off from power, disk, time or platform. A few of each by `make test`, all by `make
soak`, as many as TRIES says with that set (`TRIES=20 make soak ARGS=tests/faults`).

A test makes a `host`, lets something happen to it, and hands `host.recovered()` to `record`: what
people were told is held against what is there, the database against its own log and sum, its signed
export against `verify`. tally.py says where the figures go. broken.py has what the suite must find.
Where there is no strace (Debian: apt install strace), or it may not attach to a process, the tests
that fail or watch system calls are left out.
"""
