# flagged: docker
cp /bin/true docker
./docker run --rm -itv /:/host alpine chroot /host
