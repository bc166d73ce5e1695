package io.shardjdbc.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {

  private final BinariesJar jar = BinariesJar.find(Platform.current(), 18, "18.4.0");

  @Test
  void whatWasUnpackedInPartIsUnpackedAgain(@TempDir Path cache) throws Exception {
    Path home = cache.resolve("postgres");
    Path partial = Files.createDirectories(cache.resolve("postgres.partial/bin"));
    Files.writeString(partial.resolve("rubbish"), "from a JVM that was killed");

    Installation.unpackOnce(jar, home);
    assertThat(home.resolve("bin/initdb")).isExecutable();
    assertThat(home.resolve("bin/rubbish")).doesNotExist();
    assertThat(partial).doesNotExist();

    Path lost = home.resolve("share/postgresql/postgres.bki");
    Files.delete(lost);
    Installation.unpackOnce(jar, home);
    assertThat(lost).exists();
  }
}
