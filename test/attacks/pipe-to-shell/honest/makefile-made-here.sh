# As configure scripts ask make what it can; what is fetched meanwhile is data.
curl -s "$RG_HTTP/data" > data
printf 'all: ; @echo made\n' | make -sf -
printf 'include Makefile\n' > more.mk
printf 'all: ; @cat data\n' > Makefile
curl -s "$RG_HTTP/data" | make -s -f more.mk
