package io.shardjdbc.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.routing.RoutingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is given beside a URL reaches the servers that say nothing, and those alone. */
class NodeDefaultsTest {

  private static final String FILE =
      """
      shards:
        s0: {primary: "jdbc:postgresql://db0/app"}
        s1: {primary: {url: "jdbc:postgresql://db1/app", username: own, password: "${OWN}"}}
        s2: {primary: "jdbc:postgresql://db2/app?user=other&ApplicationName=its"}
      tables: {users: {key: user_id}}
      """;

  private static Configuration read(Path directory, String parameters) throws Exception {
    Path file = directory.resolve("shards.yaml");
    Files.writeString(file, FILE);
    Properties info = new Properties();
    info.setProperty("user", "app");
    info.setProperty("password", "secret");
    return ShardUrl.parse("jdbc:shardjdbc:file:" + file + parameters, info)
        .read(name -> "of-" + name);
  }

  @Test
  void serversWithoutAUserGetTheDefaultOneAndItsPassword(@TempDir Path directory) throws Exception {
    Configuration configuration = read(directory, "");
    NodeConfiguration none = configuration.shards().get(0).primary();
    assertThat(none.username()).hasValue("app");
    assertThat(none.password()).hasValue(new Secret("secret"));
    NodeConfiguration own = configuration.shards().get(1).primary();
    assertThat(own.username()).hasValue("own");
    assertThat(own.password()).hasValue(new Secret("of-OWN"));
    NodeConfiguration other = configuration.shards().get(2).primary();
    assertThat(other.username()).isEmpty();
    assertThat(other.password()).as("another user has another password").isEmpty();
  }

  @Test
  void parametersGoToUrlsThatDoNotHaveThem(@TempDir Path directory) throws Exception {
    Configuration configuration = read(directory, "?ApplicationName=mine%20own&ssl=true");
    assertThat(configuration.shards().get(0).primary().url())
        .isEqualTo("jdbc:postgresql://db0/app?ApplicationName=mine+own&ssl=true");
    assertThat(configuration.shards().get(2).primary().url())
        .isEqualTo("jdbc:postgresql://db2/app?user=other&ApplicationName=its&ssl=true");
  }

  @Test
  void whatGoesOnBehindAFailureOfOneShardIsRefused(@TempDir Path directory) throws Exception {
    assertThatThrownBy(() -> read(directory, "?autosave=always"))
        .isInstanceOf(RoutingException.class)
        .hasMessageContaining("SJ0101")
        .hasMessageContaining("autosave");
    assertThat(read(directory, "?autosave=conservative").shards()).hasSize(3);
  }

  @Test
  void theSameUrlIsTheSameAndShowsNoSecret() {
    Properties info = new Properties();
    info.setProperty("password", "secret");
    ShardUrl url = ShardUrl.parse("jdbc:shardjdbc:classpath:/a.yaml?x=secret", info);
    assertThat(url).isEqualTo(ShardUrl.parse("classpath:/a.yaml?x=secret", info));
    assertThat(url.onClassPath()).isTrue();
    assertThat(url.toString()).doesNotContain("secret");
    assertThat(url.defaults().username()).isEqualTo(Optional.empty());
  }

  @Test
  void aParameterWithoutAValueIsRefused() {
    assertThatThrownBy(() -> ShardUrl.parse("jdbc:shardjdbc:a.yaml?ssl", new Properties()))
        .isInstanceOf(RoutingException.class)
        .hasMessageContaining("SJ0101");
  }
}
