"""A filter of system calls for the sandbox, as Linux wants it: a small program for its packet filter (BPF).

A submission needs none of these calls, and each gets around a limit: memory that belongs to no process, namespaces in
which it is root, the keys of the user. They answer ENOSYS, as on a system that does not know them.
https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html
"""

import errno
import os
import platform
import struct
import sys

# The number of a system call by the architecture: arch/x86/entry/syscalls/syscall_64.tbl, asm-generic/unistd.h.
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CALLS = {
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "unshare": (272, 97),
    "setns": (308, 268),
    "clone3": (435, 435),  # its flags are out of sight: libraries fall back to clone
    "mount": (165, 40),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "io_uring_setup": (425, 425),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
}
# Root could change the rights of the devices of the host, without any capability. Honest programs call these too: so
# they do nothing, and say that all went well.
CALLS_OF_ROOT = {
    "chmod": (90, 53),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
}
CLONE = (56, 220)
CLONE_NEWUSER = 0x10000000
X32 = 0x40000000  # from here on, x86_64 has a second number for each call

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, PRETEND, REFUSE = 0x7FFF0000, 0x00050000, 0x00050000 | errno.ENOSYS
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16  # places in struct seccomp_data


def is_root() -> bool:
    """Whether this program runs with the rights of root."""
    return sys.platform != "win32" and os.geteuid() == 0


def program() -> bytes | None:
    """The filter for this machine, None where it is not known."""
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        return None
    column = list(ARCHITECTURES).index(machine)
    steps = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, ARCHITECTURES[machine]),
        (RETURN, 0, 0, REFUSE),
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 0, 1, X32),
        (RETURN, 0, 0, REFUSE),
    ]
    for numbers in CALLS.values():
        steps += [(EQUAL, 0, 1, numbers[column]), (RETURN, 0, 0, REFUSE)]
    for numbers in CALLS_OF_ROOT.values() if is_root() else ():
        steps += [(EQUAL, 0, 1, numbers[column]), (RETURN, 0, 0, PRETEND)]
    steps += [
        (EQUAL, 0, 3, CLONE[column]),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (ANY_BIT, 0, 1, CLONE_NEWUSER),
        (RETURN, 0, 0, REFUSE),
        (RETURN, 0, 0, ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
