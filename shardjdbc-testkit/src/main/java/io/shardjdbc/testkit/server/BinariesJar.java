package io.shardjdbc.testkit.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A jar of the class path that carries one PostgreSQL version for this platform.
 *
 * <p>The archives of all versions have the same name and say nothing of their version; the name of
 * the jar does.
 */
record BinariesJar(String version, URL archive) {

  private static final String GROUP = "io.zonky.test.postgres";
  private static final Pattern VERSION = Pattern.compile("-(\\d+(?:\\.\\d+)+)\\.jar!");

  /**
   * Finds the newest binaries of a major version.
   *
   * @throws IllegalStateException naming the artifact to add, if there are none
   */
  static BinariesJar find(Platform platform, int major, String suggestedVersion) {
    List<BinariesJar> found = onClassPath(platform);
    return found.stream()
        .filter(jar -> jar.version.startsWith(major + "."))
        .max((a, b) -> Arrays.compare(a.numbers(), b.numbers()))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "no PostgreSQL "
                        + major
                        + " on the class path"
                        + (found.isEmpty()
                            ? ""
                            : " (only " + found.stream().map(BinariesJar::version).toList() + ")")
                        + ": add the test dependency "
                        + GROUP
                        + ":"
                        + platform.artifactId()
                        + ":"
                        + suggestedVersion));
  }

  private static List<BinariesJar> onClassPath(Platform platform) {
    Set<ClassLoader> loaders = new LinkedHashSet<>();
    loaders.add(BinariesJar.class.getClassLoader());
    loaders.add(Thread.currentThread().getContextClassLoader());
    List<BinariesJar> jars = new ArrayList<>();
    for (ClassLoader loader : loaders) {
      if (loader == null) {
        continue;
      }
      try {
        for (URL url : Collections.list(loader.getResources(platform.archiveName()))) {
          Matcher version = VERSION.matcher(url.toString());
          if (version.find()) {
            jars.add(new BinariesJar(version.group(1), url));
          }
        }
      } catch (IOException e) {
        throw new IllegalStateException("cannot search the class path", e);
      }
    }
    return jars;
  }

  private int[] numbers() {
    return Pattern.compile("\\.").splitAsStream(version).mapToInt(Integer::parseInt).toArray();
  }

  InputStream open() throws IOException {
    return archive.openStream();
  }
}
