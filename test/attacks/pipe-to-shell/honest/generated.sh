# What is run is made here.
echo 'echo hello' | sed s/hello/world/ | sh
bash <(echo 'echo hello')
printf '%s\n' one two | xargs -n 1 sh -c 'echo "$0"'
curl -s "$RG_HTTP/list" | xargs -n 1 sh -c 'echo "$0"'
