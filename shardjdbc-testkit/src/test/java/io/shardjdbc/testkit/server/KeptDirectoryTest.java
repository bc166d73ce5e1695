package io.shardjdbc.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptDirectoryTest {

  private int made;

  @Test
  void whatWasMadeInPartIsMadeAgain(@TempDir Path cache) throws Exception {
    Path home = cache.resolve("programs");
    Path partial = Files.createDirectories(cache.resolve("programs.partial/bin"));
    Files.writeString(partial.resolve("rubbish"), "from a JVM that was killed");

    KeptDirectory.makeOnce(home, this::fill);
    assertThat(home.resolve("bin/run")).exists();
    assertThat(home.resolve("bin/rubbish")).doesNotExist();
    assertThat(partial.getParent()).doesNotExist();

    KeptDirectory.makeOnce(home, this::fill);
    assertThat(made).isEqualTo(1);
    for (String lost : new String[] {"bin/run", "empty"}) {
      Files.delete(home.resolve(lost));
      KeptDirectory.makeOnce(home, this::fill);
      assertThat(home.resolve(lost)).exists();
    }
    assertThat(made).isEqualTo(3);
  }

  private void fill(Path directory) throws IOException {
    made++;
    Files.createDirectories(directory.resolve("bin"));
    Files.createDirectories(directory.resolve("empty"));
    Files.writeString(directory.resolve("bin/run"), "a program");
    Files.writeString(directory.resolve("bin/stop"), "another");
  }
}
