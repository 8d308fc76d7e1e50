import { type HonestBuild, inShell, writeFiles } from "./honest-build.ts";

const MAIN =
  "public class Main { public static void main(String[] a) { System.out.println(1); } }\n";

export const JAVA_BUILDS: readonly HonestBuild[] = [
  {
    name: "javac, jar and java",
    needs: ["javac", "jar", "java"],
    prepare(folder) {
      writeFiles(folder, { "Main.java": MAIN });
      return inShell(
        "javac Main.java",
        "jar cfe sample.jar Main Main.class",
        "java -jar sample.jar",
      );
    },
  },
  {
    name: "mvn, which finds no network",
    needs: ["mvn"],
    prepare: () => ["sh", "-c", "mvn -B -o -q validate || true"],
  },
  {
    name: "gradle, which finds no network, with its daemon",
    needs: ["gradle", "javac"],
    prepare(folder) {
      writeFiles(folder, {
        "build.gradle": "task hello { doLast { println 1 } }\n",
        "settings.gradle": "rootProject.name = 'sample'\n",
      });
      const home = `--gradle-user-home ${folder}/home --offline`;
      return ["sh", "-c", `gradle ${home} hello; gradle ${home} --stop`];
    },
  },
];
