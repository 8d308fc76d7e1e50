# flagged: nerdctl
cp /bin/true docker && cp docker podman && cp docker nerdctl
./nerdctl run -it --pid=host alpine nsenter -t 1 -m sh
