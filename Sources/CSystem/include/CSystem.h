// What Linux offers and Swift's Glibc module cannot say: GNU extensions, variadics, system calls without a wrapper.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Names the calling thread, for `ps -L` and debuggers. At most 15 bytes are kept.
void csystem_name_thread(const char *name);

/// Where the bytes `sought` are first found in `bytes`, not before `from`, which is no more than `count`; -1: nowhere.
ssize_t csystem_find(const void *bytes, size_t count, size_t from, const void *sought, size_t length);

/// Where the next bytes of the file `fd` begin that are no hole, from `offset` on; -1 with `errno` set, which is `ENXIO` where
/// there are none.
off_t csystem_seek_data(int fd, off_t offset);

/// Where the next hole begins, from `offset` on; the end of the file is one. -1: `errno`.
off_t csystem_seek_hole(int fd, off_t offset);

/// What a child starts with. It gets its three standard descriptors and no other, no blocked and no ignored signal,
/// and a process group of its own.
struct csystem_child {
  const char *executable;
  char *const *arguments;
  char *const *environment;
  /// NULL: ours.
  const char *directory;
  /// Descriptors of ours that become 0, 1 and 2; each must be 3 or more.
  int input;
  int output;
  int error;
  /// Not 0: a session of its own, too.
  int new_session;
  /// Sent to the child when the thread that called `csystem_spawn` ends; 0: none.
  int death_signal;
};

/// Starts a child and returns its pid, or -1 with `errno` set, also when the executable could not be run.
///
/// The calling thread waits for the child's `exec`, must have all signals blocked, and should live as long as the
/// process does: the death signal is sent when it ends.
pid_t csystem_spawn(const struct csystem_child *child);

/// A descriptor that becomes readable when the child `pid` has ended, or -1 with `errno` set.
int csystem_pidfd_open(pid_t pid);

/// How a child ended, or that it has not.
struct csystem_exit {
  /// 1 when it has ended.
  int ended;
  /// Not 0: the signal that ended it.
  int signal;
  int code;
};

/// Looks whether a child has ended, without waiting and without reaping it: its pid stays taken. -1: `errno`.
int csystem_peek_exit(pid_t pid, struct csystem_exit *result);

/// A pipe whose ends close on exec: `ends[0]` is read from, `ends[1]` written to. -1: `errno`.
int csystem_pipe(int ends[2]);

/// Lets a pipe hold `size` bytes, a power of two, if this user may have so much.
void csystem_widen_pipe(int pipe, int size);

/// The events of `csystem_epoll_wait` and `csystem_epoll_set`.
enum { CSYSTEM_READABLE = 1, CSYSTEM_WRITABLE = 2 };

struct csystem_event {
  uint64_t key;
  /// A set of `CSYSTEM_READABLE` and `CSYSTEM_WRITABLE`; both after an error or a hang-up.
  uint32_t events;
};

/// A new epoll descriptor, or -1 with `errno` set.
int csystem_epoll_create(void);

/// Watches `fd` for `events` once, under `key`; 0 events end the watch. -1: `errno`.
int csystem_epoll_set(int epoll, int fd, uint32_t events, uint64_t key, int is_new);

/// Waits for events and stores up to `count`; returns how many, or -1 with `errno` set.
int csystem_epoll_wait(int epoll, struct csystem_event *events, int count);

/// Sends `bytes` with one descriptor attached over a Unix socket. Returns as `sendmsg` does.
ssize_t csystem_send_descriptor(int socket, const void *bytes, size_t count, int descriptor);

/// A non-blocking connection to the Unix socket at `path`, or -1 with `errno` set.
int csystem_connect_unix(const char *path);

/// A new terminal in raw mode, of a size in characters, whose ends close on exec: `ends[0]` is ours, `ends[1]` a
/// program's. It becomes nobody's controlling terminal. -1: `errno`.
int csystem_open_terminal(int ends[2], uint16_t columns, uint16_t rows);

/// Gives the terminal `fd` a size in characters. -1: `errno`.
int csystem_resize_terminal(int fd, uint16_t columns, uint16_t rows);
