curl -s "$RG_HTTP/hello.sh" -o hello.sh
grep -q hello hello.sh
sh hello.sh
