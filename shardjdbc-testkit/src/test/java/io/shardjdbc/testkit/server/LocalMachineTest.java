package io.shardjdbc.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.testkit.Deadline;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalMachineTest {

  private final Deadline deadline = Deadline.in(Duration.ofSeconds(60));
  private final Installation installation = Installation.of(18, "18.4.0", Account.choose());

  @Test
  void aServerMovesToAnotherPortIfItsOwnWasTakenMeanwhile() throws Exception {
    try (Workspace workspace = Workspace.create(0, installation.platform())) {
      LocalMachine machine = new LocalMachine("one", installation, workspace.directory());
      machine.initialize(List.of("--locale=C"), Map.of());
      int taken = machine.endpoint().port();
      try (ServerSocket other = new ServerSocket(taken, 1, InetAddress.getLoopbackAddress())) {
        machine.boot();
        deadline.await("the server is up", machine::ready);
        assertThat(other.isBound()).isTrue();
      }
      assertThat(machine.endpoint().port()).isNotEqualTo(taken);
    }
  }

  @Test
  void aServerThatHadItsPortOnceDoesNotMoveAwayFromIt() throws Exception {
    try (Workspace workspace = Workspace.create(0, installation.platform())) {
      LocalMachine machine = new LocalMachine("one", installation, workspace.directory());
      machine.initialize(List.of("--locale=C"), Map.of());
      machine.boot();
      deadline.await("the server is up", machine::ready);
      machine.signal(Machine.Signal.SHUT_DOWN_IMMEDIATELY);
      assertThat(machine.awaitExit(deadline.remaining())).isTrue();

      int port = machine.endpoint().port();
      try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        machine.boot();
        assertThatThrownBy(() -> deadline.await("the server is up", machine::ready))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("could not create any TCP/IP sockets");
        assertThat(other.isBound()).isTrue();
      }
    }
  }
}
