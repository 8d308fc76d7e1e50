# flagged: docker
cp /bin/true docker && cp docker podman && cp docker nerdctl
./docker run -v /:/host alpine chroot /host id
