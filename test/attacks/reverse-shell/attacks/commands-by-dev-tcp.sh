# The server says which program to run, line by line.
# flagged: sleep
exec 5<> "/dev/tcp/127.0.0.1/${RG_HTTP##*:}"
printf 'GET /usr/bin/sleep HTTP/1.0\r\n\r\n' >&5
while read -r line <&5; do
  case $line in
    /*) $line 0.1 >&5 2>&5 ;;
  esac
done
