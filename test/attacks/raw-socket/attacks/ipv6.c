// flagged: ipv6
#include <netinet/in.h>
#include <sys/socket.h>

int main(void) { return socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6) < 0; }
