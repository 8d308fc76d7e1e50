import { type HonestBuild, inShell, writeFiles } from "./honest-build.ts";

export const SYSTEM_BUILDS: readonly HonestBuild[] = [
  {
    name: "apt-get download and dpkg-deb",
    needs: ["apt-get", "dpkg-deb"],
    prepare: () => [
      "sh",
      "-c",
      "apt-get download hostname && dpkg-deb -x hostname_*.deb out || true",
    ],
  },
  {
    name: "apt-get install of what is there, again",
    needs: ["apt-get"],
    prepare: () => ["sh", "-c", "apt-get install -y --reinstall hostname || true"],
  },
  {
    name: "apt-get install by sudo, again",
    needs: ["apt-get", "sudo"],
    prepare: () => ["sh", "-c", "sudo -E apt-get install -y --reinstall openssh-client || true"],
  },
  {
    name: "dpkg-buildpackage under fakeroot",
    needs: ["dpkg-buildpackage", "fakeroot", "make", "gcc"],
    prepare(folder) {
      writeFiles(folder, {
        "sample/debian/control":
          "Source: sample\nMaintainer: a <a@b.c>\nSection: misc\nPriority: optional\nStandards-Version: 4.6.0\n\nPackage: sample\nArchitecture: any\nDescription: sample\n sample\n",
        "sample/debian/changelog":
          "sample (1.0) unstable; urgency=low\n\n  * One.\n\n -- a <a@b.c>  Mon, 01 Jan 2024 00:00:00 +0000\n",
        "sample/debian/rules":
          "#!/usr/bin/make -f\nclean build build-arch build-indep:\nbinary binary-arch binary-indep:\n\tmkdir -p debian/tmp/DEBIAN debian/tmp/usr/bin\n\tgcc main.c -o debian/tmp/usr/bin/sample\n\tchown 0:0 debian/tmp/usr/bin/sample\n\tdpkg-gencontrol\n\tdpkg-deb --build debian/tmp ..\n",
        "sample/debian/source/format": "3.0 (native)\n",
        "sample/main.c": "int main(void) { return 0; }\n",
      });
      return inShell(
        "cd sample",
        "chmod +x debian/rules",
        "dpkg-buildpackage -b -us -uc -d -rfakeroot",
      );
    },
  },
  {
    name: "shell everyday work: curl to a file, checksum, unpack, sed -i, find, xargs",
    needs: ["curl", "tar"],
    prepare(folder) {
      writeFiles(folder, { "page.txt": "1\n" });
      return inShell(
        `curl -s -o copy.txt file://${folder}/page.txt`,
        "sha256sum copy.txt > sums && sha256sum -c sums",
        "tar czf all.tgz copy.txt && mkdir out && tar xzf all.tgz -C out",
        "sed -i s/1/2/ copy.txt && find . -name '*.txt' | xargs cat",
        "export VERSION=$(curl -s file:///etc/debian_version) && echo $VERSION",
      );
    },
  },
];
