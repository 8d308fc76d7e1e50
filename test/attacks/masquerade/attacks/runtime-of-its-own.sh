# flagged: memfd:buildah-chroot-exec
# A program that calls itself a builder of containers, and came with the run.
cat > buildah <<'END'
import os
memory = os.memfd_create("buildah-chroot-exec")
with open("/bin/true", "rb") as source:
    os.write(memory, source.read())
if os.fork() == 0:
    os.execve(memory, ["buildah-chroot-exec"], dict(os.environ))
os.wait()
END
(exec -a buildah python3 -I buildah)
