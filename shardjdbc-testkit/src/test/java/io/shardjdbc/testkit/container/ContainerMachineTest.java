package io.shardjdbc.testkit.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.testkit.server.Endpoint;
import io.shardjdbc.testkit.server.Machine.Signal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What a container's machine asks of its script, and what it makes of the answers: on every
 * platform, since no server runs here.
 */
class ContainerMachineTest {

  private static final int SCRIPT = 2;
  private static final int VERB = 5;
  private static final Endpoint SEEN_BY_TESTS = new Endpoint("127.0.0.1", 15432);
  private static final Endpoint SEEN_BY_PEERS = new Endpoint("s0-1", 5432);

  private final List<List<String>> asked = new ArrayList<>();

  /** A machine whose script answers each verb so. */
  private ContainerMachine machine(Map<String, String> answers) {
    Shell shell =
        command -> {
          List<String> line = command.subList(VERB, command.size());
          assertThat(command.get(SCRIPT)).as("the script").contains("\n  " + line.get(0) + ")");
          asked.add(line);
          return new Shell.Result(0, answers.getOrDefault(line.get(0), "") + "\n");
        };
    return new ContainerMachine("s0-1", shell, "/home", SEEN_BY_TESTS, SEEN_BY_PEERS);
  }

  @Test
  void everySignalIsOneThatTheScriptKnows() throws IOException {
    ContainerMachine machine = machine(Map.of());
    for (Signal signal : Signal.values()) {
      machine.signal(signal);
    }
    assertThat(asked)
        .containsExactlyInAnyOrder(
            List.of("signal", "INT"),
            List.of("signal", "QUIT"),
            List.of("signal-all", "KILL"),
            List.of("signal-all", "STOP"),
            List.of("signal-all", "CONT"));
  }

  @Test
  void aServerListensWhereItsPeersLookForIt() throws IOException {
    ContainerMachine machine = machine(Map.of("running", "no"));
    machine.boot();
    assertThat(asked).containsExactly(List.of("running"), List.of("boot", "5432", "s0-1"));
  }

  @Test
  void aServerThatRunsIsNotStartedAgain() {
    ContainerMachine machine = machine(Map.of("running", "yes"));
    assertThatThrownBy(machine::boot).hasMessage("s0-1 is running");
    assertThat(machine.awaitExit(Duration.ofMillis(1))).isFalse();
    assertThat(asked).doesNotContain(List.of("boot", "5432", "s0-1"));
  }

  @Test
  void aServerIsReadyOnceItSaysSoAndItsLogIsToldIfItEnds() throws IOException {
    assertThat(machine(Map.of("ready", "starting")).ready()).isFalse();
    assertThat(machine(Map.of("ready", "ready")).ready()).isTrue();
    ContainerMachine ended = machine(Map.of("ready", "ended", "log", "FATAL: no memory"));
    assertThatThrownBy(ended::ready)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("s0-1 ended:\nFATAL: no memory");
  }

  @Test
  void aReplicaIsCopiedFromWhereItsPrimaryIsSeenByPeers() throws IOException {
    ContainerMachine machine = machine(Map.of());
    machine.copyFrom(machine);
    machine.becomeStandby(machine.peerEndpoint());
    assertThat(asked.get(0)).containsExactly("copy", "s0-1", "5432");
    assertThat(asked.get(1)).hasSize(2).startsWith("standby");
    assertThat(asked.get(1).get(1))
        .startsWith("primary_conninfo")
        .contains("s0-1")
        .contains("5432");
  }

  @Test
  void aScriptThatFailsIsToldWithItsVerbAndMachine() {
    Shell failing = command -> new Shell.Result(3, "no space");
    ContainerMachine machine =
        new ContainerMachine("s0-1", failing, "/home", SEEN_BY_TESTS, SEEN_BY_PEERS);
    assertThatThrownBy(() -> machine.initialize(List.of(), Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessage("initialize on s0-1 ended with 3: no space");
    assertThat(machine.log()).containsExactly("(no log: log on s0-1 ended with 3: no space)");
  }
}
