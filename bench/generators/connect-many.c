/*
 * Opens many TCP connections and sends many datagrams, all to listeners of its own: connect-many LOG COUNT WORKERS
 * COUNT connections in all, and COUNT datagrams by each way of sending. Each way has a destination of its own, so that a
 * reader of the log can tell them apart. The log has one line for each process and destination, with the count.
 */
#include <signal.h>

#include "address.h"
#include "ground-truth.h"

enum { LISTENING, REFUSING, RECEIVING };

struct way {
  const char *name;
  const char *ip;
  int server;
  struct address address;
  char port[8];
};

static struct way connects[] = {
    {.name = "v4", .ip = "127.0.0.1", .server = LISTENING},
    {.name = "v6", .ip = "::1", .server = LISTENING},
    {.name = "v4-mapped", .ip = "::ffff:127.0.0.1", .server = LISTENING},
    {.name = "refused-v4", .ip = "127.0.0.1", .server = REFUSING},
    {.name = "refused-v6", .ip = "::1", .server = REFUSING},
    {.name = "closed-at-once", .ip = "127.0.0.1", .server = LISTENING},
    {.name = "nonblocking", .ip = "::1", .server = LISTENING},
    {.name = "short-lived-process", .ip = "127.0.0.1", .server = LISTENING},
};

static struct way sends[] = {
    {.name = "connect-v4", .ip = "127.0.0.1", .server = RECEIVING},
    {.name = "connect-v6", .ip = "::1", .server = RECEIVING},
    {.name = "sendto-v4", .ip = "127.0.0.1", .server = RECEIVING},
    {.name = "sendto-v6", .ip = "::1", .server = RECEIVING},
    {.name = "sendmsg-v4", .ip = "127.0.0.1", .server = RECEIVING},
    {.name = "sendmsg-v6", .ip = "::1", .server = RECEIVING},
    {.name = "sendmmsg-v4", .ip = "127.0.0.1", .server = RECEIVING},
    {.name = "sendmmsg-v6", .ip = "::1", .server = RECEIVING},
};

enum { CONNECT_WAYS = sizeof connects / sizeof *connects, SEND_WAYS = sizeof sends / sizeof *sends };
/* Datagrams in one call of sendmmsg. */
enum { BATCH = 4 };

static void fail(const char *what) {
  perror(what);
  exit(1);
}

/* Binds a port for the way; a refusing one is bound and does not listen. Returns the socket. */
static int serve(struct way *way) {
  struct address any = address_from(strcmp(way->ip, "::1") ? "127.0.0.1" : "::1", "0");
  int server = socket(any.family, (way->server == RECEIVING ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
  if (server < 0 || bind(server, (struct sockaddr *)&any.storage, any.length) < 0) fail(way->ip);
  if (way->server == LISTENING && listen(server, 4096) < 0) fail("listen");
  if (getsockname(server, (struct sockaddr *)&any.storage, &any.length) < 0) fail("getsockname");
  unsigned short port = ntohs(((struct sockaddr_in *)&any.storage)->sin_port);
  snprintf(way->port, sizeof way->port, "%u", port);
  way->address = address_from(way->ip, way->port);
  return server;
}

/* Takes what arrives until it is killed. */
static pid_t accept_all(int server) {
  pid_t acceptor = fork();
  if (acceptor != 0) return acceptor;
  for (;;) close(accept(server, NULL, NULL));
}

static void connect_by(const struct way *way) {
  int is_nonblocking = !strcmp(way->name, "nonblocking");
  int socket_fd = socket(way->address.family, SOCK_STREAM | (is_nonblocking ? SOCK_NONBLOCK : 0), 0);
  if (socket_fd < 0) fail("socket");
  int result = connect(socket_fd, (struct sockaddr *)&way->address.storage, way->address.length);
  int expected = way->server == REFUSING ? ECONNREFUSED : is_nonblocking ? EINPROGRESS : 0;
  if (result < 0 && errno != expected) fail(way->name);
  if (!strcmp(way->name, "closed-at-once")) {
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(socket_fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  close(socket_fd);
}

/* Sends `count` datagrams, each call from a socket of its own. */
static void send_by(struct way *way, int count) {
  struct iovec part = {.iov_base = "datagram", .iov_len = 8};
  struct mmsghdr messages[BATCH];
  memset(messages, 0, sizeof messages);
  for (int i = 0; i < BATCH; i++) {
    messages[i].msg_hdr = (struct msghdr){
        .msg_name = &way->address.storage, .msg_namelen = way->address.length, .msg_iov = &part, .msg_iovlen = 1};
  }
  struct sockaddr *to = (struct sockaddr *)&way->address.storage;
  int sent = 0;
  while (sent < count) {
    int socket_fd = socket(way->address.family, SOCK_DGRAM, 0), calls = 1;
    long result;
    if (!strncmp(way->name, "connect", 7)) {
      result = connect(socket_fd, to, way->address.length) < 0 ? -1 : send(socket_fd, "datagram", 8, 0);
    } else if (!strncmp(way->name, "sendto", 6)) {
      result = sendto(socket_fd, "datagram", 8, 0, to, way->address.length);
    } else if (!strncmp(way->name, "sendmsg", 7)) {
      result = sendmsg(socket_fd, &messages[0].msg_hdr, 0);
    } else {
      result = calls = sendmmsg(socket_fd, messages, (unsigned)(count - sent < BATCH ? count - sent : BATCH), 0);
    }
    if (result < 0) fail(way->name);
    sent += calls;
    close(socket_fd);
  }
}

static void log_flow(int log, const char *transport, const struct way *way, int count) {
  struct record record;
  record_begin(&record, transport);
  record_text(&record, "way", way->name);
  record_address(&record, way->ip, way->port);
  record_number(&record, "count", count);
  record_write(&record, log);
}

static void connect_from_child(int log, const struct way *way) {
  pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    connect_by(way);
    log_flow(log, "tcp", way, 1);
    _exit(0);
  }
  int status;
  if (waitpid(child, &status, 0) != child || status != 0) fail("child");
}

/* The ways take turns, so that what a sensor folds together never comes in a row. */
static void run_worker(int log, int connect_count, int send_count) {
  int counts[CONNECT_WAYS] = {0};
  for (int i = 0; i < connect_count; i++) {
    struct way *way = &connects[i % CONNECT_WAYS];
    if (!strcmp(way->name, "short-lived-process")) {
      connect_from_child(log, way);
    } else {
      connect_by(way);
      counts[i % CONNECT_WAYS]++;
    }
  }
  for (int i = 0; i < CONNECT_WAYS; i++) {
    if (counts[i] > 0) log_flow(log, "tcp", &connects[i], counts[i]);
  }
  for (int i = 0; i < SEND_WAYS; i++) {
    send_by(&sends[i], send_count);
    log_flow(log, "udp", &sends[i], send_count);
  }
}

int main(int argc, char **argv) {
  if (argc < 4) return usage("connect-many LOG COUNT WORKERS");
  int log = open_log(argv[1]), count = atoi(argv[2]), workers = atoi(argv[3]);
  pid_t acceptors[CONNECT_WAYS];
  for (int i = 0; i < SEND_WAYS; i++) serve(&sends[i]);
  for (int i = 0; i < CONNECT_WAYS; i++) {
    int server = serve(&connects[i]);
    acceptors[i] = connects[i].server == LISTENING ? accept_all(server) : -1;
  }
  for (int worker = 0; worker < workers; worker++) {
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) run_worker(log, count / workers, count / workers / 2), _exit(0);
  }
  int failed = 0, status;
  for (int worker = 0; worker < workers; worker++) wait(&status), failed |= status;
  for (int i = 0; i < CONNECT_WAYS; i++) {
    if (acceptors[i] > 0) kill(acceptors[i], SIGKILL);
  }
  return failed != 0;
}
