// The measuring client: starts a server, shakes hands, asks it the same thing again and again, says what it saw.
//
//   caller [-e] [-m METHOD] [-p PARAMS] [-b BYTES] [-n REQUESTS] [-s SECONDS] [-f IN_FLIGHT] -- COMMAND [ARGUMENT…]
//
// Prints one line of JSON: nanoseconds from the start to the answer of `initialize`; requests answered and the
// nanoseconds they took, by the clock, after a tenth as many to warm up; the server's memory in bytes after them; and the
// nanoseconds of CPU that the server took in all, its start among them, for each request that it was asked.
// With -e the server is left to end by itself when its input ends, otherwise it is killed.
// An answer that is not to a request in flight, or a server that ends, ends the measurement with exit code 1.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

// Ids count up from here, so that all of them have as many digits.
enum { FIRST_ID = 100000000, ID_DIGITS = 9, READ_SIZE = 64 * 1024 };

static const char *method = "benchmark/unknown";
static const char *params = "{}";
static size_t padding;
static long limit_requests = -1;
static double limit_seconds = -1;
static long in_flight = 1;
static bool ends_by_itself;

static pid_t server;
static int to_server, from_server;

static char *output, *input;
static size_t output_sent, output_filled, output_capacity;
static size_t input_filled, input_capacity;

static char *request;
static size_t request_size, request_id_at;

// A byte an id: whether its answer is awaited.
static long next_id;
static unsigned char *is_waiting;
static size_t waiting_capacity;
static long waiting;

static void fail(const char *reason) {
  fprintf(stderr, "caller: %s\n", reason);
  if (server > 0) kill(-server, SIGKILL);
  exit(1);
}

static void out_of_time(int signal) {
  (void)signal;
  static const char reason[] = "caller: the server did not answer in time\n";
  if (write(2, reason, sizeof reason - 1) < 0) _exit(1);
  if (server > 0) kill(-server, SIGKILL);
  _exit(1);
}

static long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000L + time.tv_nsec;
}

static void *grown(void *memory, size_t size) {
  memory = realloc(memory, size);
  if (!memory) fail("out of memory");
  return memory;
}

static void start_server(char **command) {
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0) fail("no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  if (posix_spawnp(&server, command[0], &actions, &attributes, command, environ)) fail("the server cannot be started");
  close(in[0]);
  close(out[1]);
  to_server = in[1];
  from_server = out[0];
  // Only our end: a server must find its own as a client usually leaves it.
  fcntl(to_server, F_SETFL, O_NONBLOCK);
}

static void append(const char *bytes, size_t count) {
  if (output_filled + count > output_capacity) {
    output_capacity = 2 * (output_filled + count);
    output = grown(output, output_capacity);
  }
  memcpy(output + output_filled, bytes, count);
  output_filled += count;
}

static void append_message(const char *body) {
  char header[64];
  append(header, (size_t)snprintf(header, sizeof header, "Content-Length: %zu\r\n\r\n", strlen(body)));
  append(body, strlen(body));
}

// Sends as much as the pipe takes; waits only when `wait`, and then for either direction.
static void send_pending(bool wait) {
  while (output_sent < output_filled) {
    ssize_t count = write(to_server, output + output_sent, output_filled - output_sent);
    if (count > 0) {
      output_sent += (size_t)count;
    } else if (errno == EAGAIN) {
      if (!wait) return;
      struct pollfd ends[] = {{.fd = to_server, .events = POLLOUT}, {.fd = from_server, .events = POLLIN}};
      poll(ends, 2, -1);
      if (ends[1].revents) return;
    } else if (errno != EINTR) {
      fail("the server closed its input");
    }
  }
  output_sent = output_filled = 0;
}

static void make_request(void) {
  size_t room = strlen(method) + strlen(params) + padding + 256;
  char *body = grown(NULL, room);
  int used = snprintf(body, room, "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":", FIRST_ID, method);
  size_t length = (size_t)used;
  if (padding) {
    // A message of `padding` bytes in all: short strings, as messages have, in a long array.
    static const char element[] = "\"a string of thirty-two bytes, so\",";
    length += (size_t)sprintf(body + length, "{\"text\":[");
    while (length + sizeof element + 4 < padding) {
      memcpy(body + length, element, sizeof element - 1);
      length += sizeof element - 1;
    }
    length += (size_t)sprintf(body + length, "\"\"]}");
  } else {
    length += (size_t)sprintf(body + length, "%s", params);
  }
  body[length++] = '}';
  request = grown(NULL, length + 64);
  request_size = (size_t)sprintf(request, "Content-Length: %zu\r\n\r\n", length);
  memcpy(request + request_size, body, length);
  request_size += length;
  char first[ID_DIGITS + 1];
  sprintf(first, "%d", FIRST_ID);
  request_id_at = (size_t)((char *)memmem(request, request_size, first, ID_DIGITS) - request);
  free(body);
}

static void append_request(void) {
  append(request, request_size);
  char *digit = output + output_filled - request_size + request_id_at + ID_DIGITS;
  long id = FIRST_ID + next_id;
  for (int left = ID_DIGITS; left > 0; left--, id /= 10) *--digit = (char)('0' + id % 10);
  if ((size_t)next_id >= waiting_capacity) {
    waiting_capacity = waiting_capacity ? 2 * waiting_capacity : 1 << 16;
    is_waiting = grown(is_waiting, waiting_capacity);
  }
  is_waiting[next_id++] = 1;
  waiting++;
}

// The id of an answer, -1 for whatever else a server sends of itself.
static long answered_id(const char *body, size_t length) {
  const char *id = memmem(body, length, "\"id\":", 5);
  if (!id) return -1;
  id += 5;
  while (*id == ' ') id++;
  return strtol(id, NULL, 10);
}

static size_t take_frame(const char *bytes, size_t count, bool *is_initialized) {
  static const char name[] = "Content-Length: ";
  const char *blank = memmem(bytes, count, "\r\n\r\n", 4);
  if (!blank) return 0;
  const char *body = blank + 4;
  const char *text = memmem(bytes, (size_t)(body - bytes), name, sizeof name - 1);
  if (!text) fail("the server sent no Content-Length");
  size_t length = strtoul(text + sizeof name - 1, NULL, 10);
  size_t size = (size_t)(body - bytes) + length;
  if (size > count) return 0;
  long id = answered_id(body, length);
  if (id == 0) {
    *is_initialized = true;
  } else if (id >= FIRST_ID) {
    id -= FIRST_ID;
    if (id >= next_id || !is_waiting[id]) fail("the server answered what was not asked");
    is_waiting[id] = 0;
    waiting--;
  }
  return size;
}

static void receive(bool *is_initialized) {
  if (input_capacity - input_filled < READ_SIZE + 1) {
    input_capacity = input_capacity ? 2 * input_capacity : 4 * READ_SIZE;
    input = grown(input, input_capacity);
  }
  ssize_t count = read(from_server, input + input_filled, READ_SIZE);
  if (count < 0 && errno == EINTR) return;
  if (count <= 0) fail("the server ended");
  input_filled += (size_t)count;
  input[input_filled] = 0;
  size_t used = 0, size;
  while ((size = take_frame(input + used, input_filled - used, is_initialized))) used += size;
  input_filled -= used;
  if (used) memmove(input, input + used, input_filled);
}

static void initialize(void) {
  bool is_initialized = false;
  append_message("{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\","
                 "\"params\":{\"processId\":null,\"rootUri\":null,\"capabilities\":{}}}");
  while (!is_initialized) {
    send_pending(false);
    receive(&is_initialized);
  }
  append_message("{\"jsonrpc\":\"2.0\",\"method\":\"initialized\",\"params\":{}}");
  send_pending(true);
}

// Asks until `requests` were answered or the clock says `until`; the number of requests answered.
static long ask(long requests, long until) {
  bool ignored;
  long first = next_id;
  long last = requests < 0 ? -1 : first + requests;
  while (1) {
    bool is_over = (last >= 0 && next_id >= last) || (until >= 0 && now() >= until);
    if (is_over && waiting == 0) return next_id - first;
    while (!is_over && waiting < in_flight && (last < 0 || next_id < last)) append_request();
    send_pending(true);
    receive(&ignored);
  }
}

static void memory(long *rss, long *pss) {
  char path[64], line[256];
  snprintf(path, sizeof path, "/proc/%d/smaps_rollup", server);
  FILE *file = fopen(path, "r");
  if (!file) fail("the server's memory cannot be read");
  while (fgets(line, sizeof line, file)) {
    sscanf(line, "Rss: %ld", rss);
    sscanf(line, "Pss: %ld", pss);
  }
  fclose(file);
}

int main(int count, char **arguments) {
  int option;
  while ((option = getopt(count, arguments, "+em:p:b:n:s:f:")) > 0) {
    switch (option) {
      case 'e': ends_by_itself = true; break;
      case 'm': method = optarg; break;
      case 'p': params = optarg; break;
      case 'b': padding = strtoul(optarg, NULL, 10); break;
      case 'n': limit_requests = atol(optarg); break;
      case 's': limit_seconds = atof(optarg); break;
      case 'f': in_flight = atol(optarg); break;
      default: return 64;
    }
  }
  if (optind == count || (limit_requests < 0 && limit_seconds < 0)) return 64;
  signal(SIGPIPE, SIG_IGN);
  signal(SIGALRM, out_of_time);
  alarm(120);

  make_request();
  long start = now();
  start_server(arguments + optind);
  initialize();
  long started = now();
  bool by_clock = limit_seconds >= 0;
  long duration = (long)(limit_seconds * 1e9);
  ask(by_clock ? -1 : limit_requests / 10, by_clock ? now() + duration / 10 : -1);
  long before = now();
  long requests = ask(limit_requests, by_clock ? before + duration : -1);
  long after = now();
  long rss = 0, pss = 0;
  memory(&rss, &pss);
  close(to_server);
  if (!ends_by_itself) kill(-server, SIGKILL);
  struct rusage usage;
  wait4(server, NULL, 0, &usage);
  long cpu = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000L + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
  printf("{\"startNanoseconds\":%ld,\"requests\":%ld,\"nanoseconds\":%ld,\"rss\":%ld,\"pss\":%ld,\"cpuNanoseconds\":%ld}\n",
         started - start, requests, after - before, rss * 1024, pss * 1024, cpu * 1000 / next_id);
}
