/*
 * Serves TCP on every address, both families, until it is ended: serve-streams
 * 5001 takes all and says at the end how many bytes came; 5002 sends until it is cut off; 5003 echoes; 5004 accepts.
 */
#include <netinet/tcp.h>
#include <signal.h>

#include "address.h"

enum { SINK = 5001, SOURCE, ECHO, ACCEPT, CHUNK = 1 << 17 };

static char chunk[CHUNK];

static void serve(int port, int client) {
  long long total = 0;
  long length;
  int one = 1;
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (port == SOURCE) {
    while (send(client, chunk, sizeof chunk, MSG_NOSIGNAL) > 0) continue;
    return;
  }
  while ((length = recv(client, chunk, sizeof chunk, 0)) > 0) {
    total += length;
    if (port == ECHO && send(client, chunk, (size_t)length, MSG_NOSIGNAL) < 0) return;
  }
  if (port == SINK) send(client, &total, sizeof total, MSG_NOSIGNAL);
}

static int listen_on(int port) {
  char text[8];
  snprintf(text, sizeof text, "%d", port);
  struct address any = address_from("::", text);
  int server = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
  setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(server, (struct sockaddr *)&any.storage, any.length) < 0 || listen(server, 4096) < 0) exit(1);
  return server;
}

static void serve_all(int port, int server) {
  for (;;) {
    int client = accept(server, NULL, NULL);
    if (client >= 0 && port != ACCEPT && fork() == 0) serve(port, client), _exit(0);
    close(client);
  }
}

int main(void) {
  signal(SIGCHLD, SIG_IGN);
  for (int port = SINK; port <= ACCEPT; port++) {
    int server = listen_on(port);
    if (fork() == 0) serve_all(port, server);
    close(server);
  }
  puts("ready"), fflush(stdout);
  for (;;) pause();
}
