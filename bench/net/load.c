/*
 * The load of `npm run bench:net`: keeps a fixed number of requests in flight on each of a fixed number of connections,
 * checks every reply, and says what it saw as one line of JSON.
 *
 *   load <port> <wire> <connections> <in flight> <payload bytes> <warm-up s> <measured s> <server's pid>
 *
 *   payload     | sequence: u32 | 0x20 … | last: u8 |       the same comes back; length, sequence and last are checked
 *
 *   frames      | length: u32 | payload |
 *   websocket   | 0x82 | length, masked | mask | payload ^ mask |      and unmasked from the server; RFC 6455 section 5.2
 *   nest        113#{"pattern":"echo","data":"<payload>","id":"0000000001"}      the sequence as eight hex digits
 *
 * One thread, epoll, one write for all that a read made possible. A wrong reply, an early close or ten silent seconds end
 * it with a line on stderr and exit code 1.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum wire { FRAMES, WEBSOCKET, NEST };

/* Latencies are counted in half microseconds; the last bucket holds everything above 200 ms. */
#define BUCKETS 400000

typedef struct {
  int fd;
  uint32_t sent, answered;  /* requests begun and replies checked; the sequence counts requests */
  uint32_t slots_full;      /* requests written into slots and not yet wholly handed to the kernel */
  size_t slot_done;         /* bytes of the oldest of these that the kernel has */
  uint8_t *slots;           /* one per request in flight, so that only sequence and last byte change */
  double *begun;            /* when the request in each slot was sent */
  uint8_t *in;
  size_t in_from, in_to;
  int wants_write;
} connection;

static enum wire wire;
static int connections, in_flight;
static size_t payload, slot_size, payload_at, in_size;
static const uint8_t mask[4] = {0xa5, 0x3c, 0x96, 0x0f};
static uint32_t histogram[BUCKETS];
static int measuring, finishing, epoll;
static uint64_t counted;

static void die(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static void put32(uint8_t *at, uint32_t value) {
  value = htonl(value);
  memcpy(at, &value, 4);
}

static uint8_t last_of(uint32_t sequence) { return 'a' + sequence % 26; }

/* ---- requests ---- */

static void make_template(uint8_t *slot) {
  size_t at = 0;
  if (wire == FRAMES) {
    put32(slot, payload);
    at = 4;
  } else if (wire == WEBSOCKET) {
    slot[at++] = 0x82;
    if (payload < 126) slot[at++] = 0x80 | payload;
    else if (payload < 65536) slot[at++] = 0x80 | 126, slot[at++] = payload >> 8, slot[at++] = payload;
    else {
      slot[at++] = 0x80 | 127;
      put32(slot + at, 0), put32(slot + at + 4, payload);
      at += 8;
    }
    memcpy(slot + at, mask, 4);
    at += 4;
  } else {
    char head[64];
    const char *before = "{\"pattern\":\"echo\",\"data\":\"";
    const char *after = "\",\"id\":\"0000000000\"}";
    at = sprintf(head, "%zu#%s", strlen(before) + payload + strlen(after), before);
    memcpy(slot, head, at);
    memcpy(slot + at + payload, after, strlen(after));
    slot_size = at + payload + strlen(after);
  }
  payload_at = at;
  if (wire != NEST) slot_size = at + payload;
  for (size_t i = 0; i < payload; i++) slot[at + i] = wire == WEBSOCKET ? 0x20 ^ mask[i & 3] : 0x20;
}

static void fill(uint8_t *slot, uint32_t sequence) {
  uint8_t *body = slot + payload_at;
  if (wire == NEST) {
    char text[11];
    snprintf(text, sizeof text, "%08x", sequence);
    memcpy(body, text, 8);
    snprintf(text, sizeof text, "%010u", sequence);
    memcpy(slot + slot_size - 12, text, 10);
    body[payload - 1] = last_of(sequence);
    return;
  }
  put32(body, sequence);
  body[payload - 1] = last_of(sequence);
  if (wire != WEBSOCKET) return;
  for (int i = 0; i < 4; i++) body[i] ^= mask[i];
  body[payload - 1] ^= mask[(payload - 1) & 3];
}

static void watch(connection *c, int wants_write) {
  if (c->wants_write == wants_write) return;
  c->wants_write = wants_write;
  struct epoll_event event = {.events = EPOLLIN | (wants_write ? EPOLLOUT : 0), .data.ptr = c};
  epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &event);
}

/* Hands what is in slots to the kernel: at most two pieces, because the slots are a ring. */
static void push(connection *c) {
  while (c->slots_full > 0) {
    size_t first = (c->sent - c->slots_full) % in_flight;
    size_t until_end = in_flight - first;
    struct iovec pieces[2] = {{c->slots + first * slot_size + c->slot_done, 0}, {c->slots, 0}};
    if (c->slots_full <= until_end) pieces[0].iov_len = c->slots_full * slot_size - c->slot_done;
    else {
      pieces[0].iov_len = until_end * slot_size - c->slot_done;
      pieces[1].iov_len = (c->slots_full - until_end) * slot_size;
    }
    ssize_t n = writev(c->fd, pieces, pieces[1].iov_len ? 2 : 1);
    if (n < 0) {
      if (errno == EAGAIN) return watch(c, 1);
      die("write: %s", strerror(errno));
    }
    c->slot_done += n;
    c->slots_full -= c->slot_done / slot_size;
    c->slot_done %= slot_size;
  }
  watch(c, 0);
}

static void ask(connection *c, double at) {
  while (!finishing && c->sent - c->answered < (uint32_t)in_flight) {
    size_t slot = c->sent % in_flight;
    fill(c->slots + slot * slot_size, c->sent);
    c->begun[slot] = at;
    c->sent++;
    c->slots_full++;
  }
  push(c);
}

/* ---- replies ---- */

/* The reply at `bytes`: its whole length, or 0 when more is needed; `*body` and `*length` say where its payload is. */
static size_t parse(const uint8_t *bytes, size_t have, const uint8_t **body, size_t *length) {
  if (wire == FRAMES) {
    if (have < 4) return 0;
    uint32_t n;
    memcpy(&n, bytes, 4);
    *length = ntohl(n);
    *body = bytes + 4;
    return 4 + *length;
  }
  if (wire == WEBSOCKET) {
    if (have < 2) return 0;
    if (bytes[0] != 0x82 || bytes[1] & 0x80) die("not an unmasked binary message: %02x %02x", bytes[0], bytes[1]);
    size_t head = bytes[1] < 126 ? 2 : bytes[1] == 126 ? 4 : 10;
    if (have < head) return 0;
    *length = head == 2 ? bytes[1] : 0;
    for (size_t i = 2; i < head; i++) *length = *length << 8 | bytes[i];
    *body = bytes + head;
    return head + *length;
  }
  const uint8_t *hash = memchr(bytes, '#', have < 12 ? have : 12);
  if (!hash) return 0;
  size_t head = hash + 1 - bytes, all = head + strtoul((const char *)bytes, NULL, 10);
  if (have < all) return 0;
  const char *key = "\"response\":\"";
  const uint8_t *found = memmem(bytes, all, key, strlen(key));
  if (!found) die("a reply without a response: %.*s", (int)(all < 200 ? all : 200), bytes);
  *body = found + strlen(key);
  const uint8_t *quote = memchr(*body, '"', bytes + all - *body);
  *length = quote ? (size_t)(quote - *body) : 0;
  return all;
}

static void check(const uint8_t *body, size_t length, uint32_t sequence) {
  if (length != payload) die("a reply of %zu bytes to a request of %zu", length, payload);
  uint32_t got;
  if (wire == NEST) {
    char text[9] = {0};
    memcpy(text, body, 8);
    got = strtoul(text, NULL, 16);
  } else {
    memcpy(&got, body, 4);
    got = ntohl(got);
  }
  if (got != sequence) die("reply %u where %u was due", got, sequence);
  if (body[length - 1] != last_of(sequence))
    die("reply %u ends in %02x instead of %02x", sequence, body[length - 1], last_of(sequence));
}

static void receive(connection *c) {
  if (in_size - c->in_to < in_size / 2 && c->in_from > 0) {
    memmove(c->in, c->in + c->in_from, c->in_to - c->in_from);
    c->in_to -= c->in_from;
    c->in_from = 0;
  }
  ssize_t n = read(c->fd, c->in + c->in_to, in_size - c->in_to);
  if (n == 0) die("the server closed a connection after %u replies", c->answered);
  if (n < 0) {
    if (errno == EAGAIN) return;
    die("read: %s", strerror(errno));
  }
  c->in_to += n;
  double at = now();
  for (;;) {
    const uint8_t *body = NULL;
    size_t length = 0, have = c->in_to - c->in_from;
    size_t whole = have ? parse(c->in + c->in_from, have, &body, &length) : 0;
    if (whole > in_size / 2) die("a reply of %zu bytes", whole);
    if (whole == 0 || whole > have) break;
    if (c->answered == c->sent) die("a reply that nobody asked for");
    check(body, length, c->answered);
    if (measuring) {
      double latency = (at - c->begun[c->answered % in_flight]) * 2e6;
      histogram[latency < BUCKETS - 1 ? (int)latency : BUCKETS - 1]++;
      counted++;
    }
    c->answered++;
    c->in_from += whole;
  }
  if (c->in_from == c->in_to) c->in_from = c->in_to = 0;
  ask(c, at);
}

/* ---- connections ---- */

static void upgrade(int fd) {
  const char *request = "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\nSec-WebSocket-Version: 13\r\n\r\n";
  char reply[4096] = "";
  size_t have = 0;
  if (write(fd, request, strlen(request)) < 0) die("upgrade: %s", strerror(errno));
  while (!strstr(reply, "\r\n\r\n")) {
    ssize_t n = read(fd, reply + have, sizeof reply - 1 - have);
    if (n <= 0) die("no upgrade to WebSocket: %s", reply);
    have += n;
  }
  if (strncmp(reply, "HTTP/1.1 101", 12) != 0) die("no upgrade to WebSocket: %s", reply);
}

/*
 * The kernel sizes buffers and paces senders by what it sees in the first milliseconds. With that left to it, what a frame of
 * 64 KiB costs the same server differs by half from one connection to the next; with this, by a tenth.
 */
static void fix_window(int fd) {
  int bytes = 256 * 1024;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
  setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "cubic", 5);
}

static void open_connection(connection *c, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  c->fd = socket(AF_INET, SOCK_STREAM, 0);
  fix_window(c->fd);
  if (connect(c->fd, (struct sockaddr *)&address, sizeof address) < 0) die("connect: %s", strerror(errno));
  int on = 1;
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (wire == WEBSOCKET) upgrade(c->fd);
  fcntl(c->fd, F_SETFL, O_NONBLOCK);
  c->slots = malloc((payload + 128) * in_flight);
  make_template(c->slots);
  for (int i = 1; i < in_flight; i++) memcpy(c->slots + i * slot_size, c->slots, slot_size);
  c->begun = calloc(in_flight, sizeof *c->begun);
  c->in = malloc(in_size);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event);
}

/* ---- who used the processors ---- */

typedef struct { double server, own, machine; } usage;

static usage used(int pid) {
  usage u = {0};
  clockid_t clock;
  struct timespec t;
  if (clock_getcpuclockid(pid, &clock) == 0 && clock_gettime(clock, &t) == 0) u.server = t.tv_sec + t.tv_nsec * 1e-9;
  double tick = sysconf(_SC_CLK_TCK);
  FILE *f = fopen("/proc/stat", "r");
  if (f) {
    unsigned long user = 0, nice = 0, system = 0, idle, wait, irq = 0, soft = 0;
    if (fscanf(f, "cpu %lu %lu %lu %lu %lu %lu %lu", &user, &nice, &system, &idle, &wait, &irq, &soft) == 7)
      u.machine = (user + nice + system + irq + soft) / tick;
    fclose(f);
  }
  struct rusage self;
  getrusage(RUSAGE_SELF, &self);
  u.own = self.ru_utime.tv_sec + self.ru_stime.tv_sec + (self.ru_utime.tv_usec + self.ru_stime.tv_usec) * 1e-6;
  return u;
}

static double percentile(double share) {
  uint64_t below = 0, wanted = counted * share;
  for (int i = 0; i < BUCKETS; i++)
    if ((below += histogram[i]) > wanted) return i / 2.0;
  return BUCKETS / 2.0;
}

int main(int count, char **arguments) {
  if (count != 9) die("load <port> <wire> <connections> <in flight> <payload bytes> <warm-up s> <measured s> <pid>");
  int port = atoi(arguments[1]), pid = atoi(arguments[8]);
  wire = strcmp(arguments[2], "nest") == 0 ? NEST : strcmp(arguments[2], "websocket") == 0 ? WEBSOCKET : FRAMES;
  connections = atoi(arguments[3]);
  in_flight = atoi(arguments[4]);
  payload = atoi(arguments[5]);
  double warm_up = atof(arguments[6]), seconds = atof(arguments[7]);
  in_size = 4 * (payload + 128) * in_flight;
  if (in_size < 16384) in_size = 16384;
  epoll = epoll_create1(0);
  connection *all = calloc(connections, sizeof *all);
  for (int i = 0; i < connections; i++) open_connection(all + i, port);

  double started = now(), from = started + warm_up, until = from + seconds, heard = started;
  usage before = {0}, after = {0};
  for (int i = 0; i < connections; i++) ask(all + i, started);
  for (;;) {
    struct epoll_event events[256];
    int n = epoll_wait(epoll, events, 256, 100);
    double at = now();
    if (n > 0) heard = at;
    else if (at - heard > 10) die("nothing came for ten seconds");
    if (!measuring && !finishing && at >= from) measuring = 1, from = at, before = used(pid);
    if (measuring && at >= until) measuring = 0, finishing = 1, until = at, after = used(pid);
    for (int i = 0; i < n; i++) {
      connection *c = events[i].data.ptr;
      if (events[i].events & EPOLLOUT) push(c);
      if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(c);
    }
    if (!finishing) continue;
    int open = 0;
    for (int i = 0; i < connections; i++) open += all[i].sent != all[i].answered;
    if (open == 0) break;
  }
  for (int i = 0; i < connections; i++) close(all[i].fd);
  printf("{\"messages\":%llu,\"seconds\":%.6f,\"p50\":%.1f,\"p99\":%.1f,\"server\":%.4f,\"own\":%.4f,\"machine\":%.4f}\n",
         (unsigned long long)counted, until - from, percentile(0.5), percentile(0.99), after.server - before.server,
         after.own - before.own, after.machine - before.machine);
  return 0;
}
