// flagged: own-headers
#include <netinet/in.h>
#include <sys/socket.h>

int main(void) { return socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW) < 0; }
