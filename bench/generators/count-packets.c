/*
 * Counts what comes in by a device, until its input ends: count-packets DEVICE MARKER
 * One line a packet: protocol, identity, destination port, destination, 1 where it has the marker in it, whatever the case.
 * The identity is the first two bytes behind the IP header, the source port of most; of an echo request its sequence number.
 * Not ARP, and not what neighbour discovery and multicast membership say by themselves. A last line says how many frames
 * were lost.
 */
#include <ctype.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>

#include "address.h"

enum { MAX_FRAME = 2048, QUIET_MS = 300, BUFFER_BYTES = 64 << 20, V6_HOP_BY_HOP = 0 };

static const char *marker;

static int has_marker(const unsigned char *from, const unsigned char *end) {
  size_t length = strlen(marker);
  for (; from + length <= end; from++) {
    size_t same = 0;
    while (same < length && tolower(from[same]) == marker[same]) same++;
    if (same == length) return 1;
  }
  return 0;
}

static int is_housekeeping(const unsigned char *body, int protocol) {
  return protocol == IPPROTO_ICMPV6 && ((body[0] >= 130 && body[0] <= 137) || body[0] == 143);
}

static void tell(const unsigned char *frame, long length) {
  char to[INET6_ADDRSTRLEN];
  int version = frame[0] >> 4, protocol = version == 4 ? frame[9] : frame[6];
  const unsigned char *body = frame + (version == 4 ? (frame[0] & 15) * 4 : 40);
  if (version == 6 && protocol == V6_HOP_BY_HOP) protocol = body[0], body += 8 + body[1] * 8;
  if (body + 8 > frame + length || is_housekeeping(body, protocol)) return;
  int is_echo = (protocol == IPPROTO_ICMP && body[0] == 8) || (protocol == IPPROTO_ICMPV6 && body[0] == 128);
  int identity = is_echo ? body[6] << 8 | body[7] : body[0] << 8 | body[1];
  inet_ntop(version == 4 ? AF_INET : AF_INET6, frame + (version == 4 ? 16 : 24), to, sizeof to);
  printf("%d %d %d %s %d\n", protocol, identity, is_echo ? 0 : body[2] << 8 | body[3], to,
         has_marker(body, frame + length));
}

static int take(int socket_fd) {
  unsigned char frame[MAX_FRAME];
  struct sockaddr_ll from;
  socklen_t from_length = sizeof from;
  long length = recvfrom(socket_fd, frame, sizeof frame, MSG_DONTWAIT, (struct sockaddr *)&from, &from_length);
  if (length < 0) return 0;
  int is_ip = from.sll_protocol == htons(ETH_P_IP) || from.sll_protocol == htons(ETH_P_IPV6);
  if (from.sll_pkttype != PACKET_OUTGOING && is_ip && length >= 28) tell(frame, length);
  return 1;
}

int main(int argc, char **argv) {
  if (argc < 3) return usage("count-packets DEVICE MARKER");
  marker = argv[2];
  struct sockaddr_ll own = {
      .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)if_nametoindex(argv[1])};
  int socket_fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0), bytes = BUFFER_BYTES;
  setsockopt(socket_fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
  if (bind(socket_fd, (struct sockaddr *)&own, sizeof own) < 0) return perror(argv[1]), 1;
  puts("ready"), fflush(stdout);
  struct pollfd both[] = {{.fd = socket_fd, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
  while (both[1].revents == 0) {
    poll(both, 2, -1);
    while (take(socket_fd)) continue;
  }
  while (poll(both, 1, QUIET_MS) > 0) {
    while (take(socket_fd)) continue;
  }
  struct tpacket_stats stats;
  socklen_t length = sizeof stats;
  getsockopt(socket_fd, SOL_PACKET, PACKET_STATISTICS, &stats, &length);
  printf("lost %u\n", stats.tp_drops);
  return 0;
}
