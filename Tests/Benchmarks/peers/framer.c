// The limit: reads Content-Length frames and answers every request with "method not found" under its id; nothing else.
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *input;
static size_t filled, capacity;
static char output[64 * 1024];
static size_t pending;

static void flush_output(void) {
  for (size_t sent = 0; sent < pending;) {
    ssize_t count = write(1, output + sent, pending - sent);
    if (count < 0) exit(1);
    sent += (size_t)count;
  }
  pending = 0;
}

static void append(const char *bytes, size_t count) {
  memcpy(output + pending, bytes, count);
  pending += count;
}

static void answer(const char *id, size_t id_length) {
  static const char before[] = "{\"jsonrpc\":\"2.0\",\"id\":";
  static const char after[] = ",\"error\":{\"code\":-32601,\"message\":\"Method not found\"}}";
  char digits[20];
  size_t length = sizeof before - 1 + id_length + sizeof after - 1;
  size_t start = sizeof digits;
  for (size_t rest = length; rest > 0; rest /= 10) digits[--start] = (char)('0' + rest % 10);

  if (pending + length + 64 > sizeof output) flush_output();
  append("Content-Length: ", 16);
  append(digits + start, sizeof digits - start);
  append("\r\n\r\n", 4);
  append(before, sizeof before - 1);
  append(id, id_length);
  append(after, sizeof after - 1);
}

static void take(const char *body, size_t length) {
  const char *id = memmem(body, length, "\"id\":", 5);
  if (!id) return;
  id += 5;
  size_t id_length = strcspn(id, ",}");
  if (id_length < 1024) answer(id, id_length);
}

// Takes one frame from `bytes`; the number of bytes it had, 0 when more are needed.
static size_t take_frame(const char *bytes, size_t count) {
  static const char name[] = "Content-Length: ";
  const char *blank = memmem(bytes, count, "\r\n\r\n", 4);
  if (!blank) return 0;
  const char *body = blank + 4;
  const char *length_text = memmem(bytes, (size_t)(body - bytes), name, sizeof name - 1);
  if (!length_text) exit(1);
  size_t length = strtoul(length_text + sizeof name - 1, NULL, 10);
  size_t size = (size_t)(body - bytes) + length;
  if (size > count) return 0;
  take(body, length);
  return size;
}

int main(void) {
  while (1) {
    if (capacity - filled < 64 * 1024) {
      capacity = capacity ? 2 * capacity : 128 * 1024;
      input = realloc(input, capacity);
      if (!input) return 1;
    }
    ssize_t count = read(0, input + filled, 64 * 1024);
    if (count <= 0) return count < 0;
    filled += (size_t)count;

    size_t used = 0, size;
    while ((size = take_frame(input + used, filled - used))) used += size;
    memmove(input, input + used, filled -= used);
    flush_output();
  }
}
