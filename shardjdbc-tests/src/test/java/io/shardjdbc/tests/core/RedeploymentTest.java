package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** An application server loads an application, ends it, and loads the next release. */
@LongRun
class RedeploymentTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static final int BEYOND_ANY_HEAP_OF_TESTS = Integer.MAX_VALUE - 8;

  @TempDir Path directory;

  /** As classes of others that come later do it: the JDK keeps the last one it has compared. */
  private record Compared(Path path, Duration duration) {}

  @Test
  void nothingIsLeftOfAnApplicationThatHasClosedItsDataSource() throws Exception {
    Path file = directory.resolve("shards.yaml");
    Files.writeString(file, cluster.shardsYaml() + "\ntables:\n  items: {key: id}\n");
    WeakReference<ClassLoader> application = lived(file.toString());
    Compared other = new Compared(directory, Duration.ZERO);
    assertThat(other)
        .isEqualTo(new Compared(directory, Duration.ZERO))
        .hasSameHashCodeAs(new Compared(directory, Duration.ZERO))
        .hasToString(new Compared(directory, Duration.ZERO).toString());
    awaitGone(application);
  }

  private static void awaitGone(WeakReference<ClassLoader> loader) {
    // From JDK 25 on, the JDK keeps what it has compared softly: until memory is short.
    assertThatThrownBy(() -> new ArrayList<long[]>().add(new long[BEYOND_ANY_HEAP_OF_TESTS]))
        .isInstanceOf(OutOfMemoryError.class);
    Deadline.in(Duration.ofSeconds(60))
        .await(
            "the application's classes are gone",
            () -> {
              System.gc();
              return loader.get() == null;
            });
    assertThat(loader.get()).isNull();
  }

  private static WeakReference<ClassLoader> lived(String file) throws Exception {
    List<URL> path = new ArrayList<>();
    for (String element : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      path.add(Path.of(element).toUri().toURL());
    }
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      thread.setContextClassLoader(loader);
      loader
          .loadClass(Deployed.class.getName())
          .getMethod("live", Map.class, String.class)
          .invoke(null, cluster.primaryUrls(), file);
      return new WeakReference<>(loader);
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
