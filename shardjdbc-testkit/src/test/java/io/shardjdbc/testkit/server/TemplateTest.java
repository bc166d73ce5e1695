package io.shardjdbc.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.LongRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplateTest {

  /** Whichever account comes first, on a machine where no server has run yet. */
  @LongRun
  @Test
  void anAccountStartsServersAfterAnotherHas(@TempDir Path cache) throws Exception {
    Account usual = Account.choose();
    Account other = Account.choose(account -> account == Account.NOBODY);
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxr-xr-x"));
    Installation unpacked = Installation.of(18, "18.4.0", usual);
    Path home = Files.createSymbolicLink(cache.resolve("programs"), unpacked.home());
    for (Account account : List.of(other, usual)) {
      Installation installation =
          new Installation(home, unpacked.version(), unpacked.platform(), account);
      try (Workspace workspace = Workspace.create(0, installation.platform())) {
        LocalMachine machine = new LocalMachine("one", installation, workspace.directory());
        machine.initialize(List.of("--locale=C"), Map.of());
        machine.boot();
        Deadline.in(Duration.ofSeconds(60)).await("the server is up", machine::ready);
      }
    }
  }

  @Test
  void serversStartFromCopiesWithIdentifiersOfTheirOwn() throws Exception {
    Installation installation = Installation.of(18, "18.4.0", Account.choose());
    Set<String> identifiers = new HashSet<>();
    try (Workspace workspace = Workspace.create(0, installation.platform())) {
      for (String name : List.of("one", "two")) {
        LocalMachine machine = new LocalMachine(name, installation, workspace.directory());
        machine.initialize(List.of("--locale=C"), Map.of());
        machine.boot();
        Deadline.in(Duration.ofSeconds(60)).await("the server is up", machine::ready);
        String url = "jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres";
        try (Connection connection =
                DriverManager.getConnection(url.formatted(machine.endpoint().port()));
            Statement statement = connection.createStatement();
            ResultSet row =
                statement.executeQuery("SELECT system_identifier FROM pg_control_system()")) {
          assertThat(row.next()).isTrue();
          identifiers.add(row.getString(1));
        }
      }
    }
    assertThat(identifiers).hasSize(2);
  }
}
