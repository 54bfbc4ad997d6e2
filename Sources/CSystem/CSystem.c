#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

void csystem_name_thread(const char *name) { prctl(PR_SET_NAME, name); }

ssize_t csystem_find(const void *bytes, size_t count, size_t from, const void *sought, size_t length) {
  const char *found = memmem((const char *)bytes + from, count - from, sought, length);
  return found ? found - (const char *)bytes : -1;
}

// Runs in the child of vfork, in the parent's memory: system calls only. Returns only when something failed.
static void become(const struct csystem_child *child, pid_t parent) {
  if (child->new_session ? setsid() < 0 : setpgid(0, 0) < 0) return;
  if (child->death_signal != 0) {
    if (prctl(PR_SET_PDEATHSIG, child->death_signal) < 0) return;
    // The parent may have died before the line above.
    if (getppid() != parent) _exit(127);
  }
  if (dup2(child->input, 0) < 0 || dup2(child->output, 1) < 0 || dup2(child->error, 2) < 0) return;
  if (child->directory != NULL && chdir(child->directory) < 0) return;
  if (syscall(SYS_close_range, 3U, ~0U, 0U) < 0) {
    long limit = sysconf(_SC_OPEN_MAX);
    for (int fd = 3; fd < limit; fd++) close(fd);
  }
  // Handlers are not shared with the parent, only memory is. All zero is the kernel's form of SIG_DFL; the library's
  // call would spare the two signals that it keeps for itself.
  unsigned long standard[4] = {0};
  for (int number = 1; number <= 64; number++) syscall(SYS_rt_sigaction, number, standard, NULL, 8);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execve(child->executable, child->arguments, child->environment);
}

// posix_spawn would do, but for the death signal, which has no spawn attribute.
pid_t csystem_spawn(const struct csystem_child *child) {
  volatile int failure = 0;
  pid_t parent = getpid();
  pid_t pid = vfork();
  if (pid == 0) {
    become(child, parent);
    failure = errno;
    _exit(127);
  }
  if (pid > 0 && failure != 0) {
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
    errno = failure;
    return -1;
  }
  return pid;
}

int csystem_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int csystem_peek_exit(pid_t pid, struct csystem_exit *result) {
  siginfo_t info = {0};
  memset(result, 0, sizeof *result);
  if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0) return -1;
  if (info.si_pid == 0) return 0;
  result->ended = 1;
  if (info.si_code == CLD_EXITED) {
    result->code = info.si_status;
  } else {
    result->signal = info.si_status;
  }
  return 0;
}

int csystem_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

void csystem_widen_pipe(int pipe, int size) { fcntl(pipe, F_SETPIPE_SZ, size); }

int csystem_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int csystem_epoll_set(int epoll, int fd, uint32_t events, uint64_t key, int is_new) {
  if (events == 0) return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL);
  struct epoll_event event = {.events = EPOLLONESHOT, .data.u64 = key};
  if (events & CSYSTEM_READABLE) event.events |= EPOLLIN | EPOLLRDHUP;
  if (events & CSYSTEM_WRITABLE) event.events |= EPOLLOUT;
  return epoll_ctl(epoll, is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event);
}

int csystem_epoll_wait(int epoll, struct csystem_event *events, int count) {
  struct epoll_event buffer[64];
  int limit = count < 64 ? count : 64;
  int found = epoll_wait(epoll, buffer, limit, -1);
  for (int i = 0; i < found; i++) {
    events[i].key = buffer[i].data.u64;
    events[i].events = 0;
    if (buffer[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) events[i].events |= CSYSTEM_READABLE;
    if (buffer[i].events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) events[i].events |= CSYSTEM_WRITABLE;
  }
  return found;
}

ssize_t csystem_send_descriptor(int socket, const void *bytes, size_t count, int descriptor) {
  char control[CMSG_SPACE(sizeof(int))] = {0};
  struct iovec part = {.iov_base = (void *)bytes, .iov_len = count};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  return sendmsg(socket, &message, MSG_NOSIGNAL);
}

int csystem_connect_unix(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  strcpy(address.sun_path, path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
    int failure = errno;
    close(fd);
    errno = failure;
    return -1;
  }
  return fd;
}

int csystem_resize_terminal(int fd, uint16_t columns, uint16_t rows) {
  struct winsize size = {.ws_row = rows, .ws_col = columns};
  return ioctl(fd, TIOCSWINSZ, &size);
}

int csystem_open_terminal(int ends[2], uint16_t columns, uint16_t rows) {
  char path[64];
  struct termios modes;
  ends[1] = -1;
  ends[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (ends[0] < 0) return -1;
  if (grantpt(ends[0]) == 0 && unlockpt(ends[0]) == 0 && ptsname_r(ends[0], path, sizeof path) == 0 &&
      (ends[1] = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)) >= 0 && tcgetattr(ends[1], &modes) == 0) {
    cfmakeraw(&modes);
    if (tcsetattr(ends[1], TCSANOW, &modes) == 0 && csystem_resize_terminal(ends[0], columns, rows) == 0) return 0;
  }
  int failure = errno;
  close(ends[0]);
  if (ends[1] >= 0) close(ends[1]);
  errno = failure;
  return -1;
}

off_t csystem_seek_data(int fd, off_t offset) { return lseek(fd, offset, SEEK_DATA); }

off_t csystem_seek_hole(int fd, off_t offset) { return lseek(fd, offset, SEEK_HOLE); }
