package io.shardjdbc.testkit.container;

import com.github.dockerjava.api.command.CreateContainerCmd;
import io.shardjdbc.testkit.server.Endpoint;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.ExecConfig;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** A Docker engine, as far as one cluster uses it: a network, and a container for each node. */
public final class DockerHost implements AutoCloseable {

  private static final int PORT = 5432;
  private static final String HOME = "/testkit";
  private static final String USER = "postgres";

  private final DockerImageName image;
  private final Network network;
  private final Queue<GenericContainer<?>> containers = new ConcurrentLinkedQueue<>();

  private DockerHost(DockerImageName image) {
    this.image = image;
    this.network = Network.newNetwork();
  }

  /**
   * Finds the Docker engine.
   *
   * @throws IllegalStateException if none answers
   */
  public static DockerHost connect(String image) {
    if (!isAvailable()) {
      throw new IllegalStateException(
          "no Docker engine answers, and ContainerCluster needs one; PostgresCluster does not");
    }
    return new DockerHost(DockerImageName.parse(image));
  }

  /** Whether a Docker engine answers. */
  public static boolean isAvailable() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  /** Starts a container in which no server runs yet. Safe for use by several threads. */
  public ContainerMachine startMachine(String name) {
    GenericContainer<?> container =
        new GenericContainer<>(image)
            .withNetwork(network)
            .withNetworkAliases(name)
            .withExposedPorts(PORT)
            .withTmpFs(Map.of(HOME, "rw,mode=1777"))
            .withCreateContainerCmdModifier(DockerHost::idle)
            .waitingFor(Wait.forSuccessfulCommand("true"));
    containers.add(container);
    container.start();
    return new ContainerMachine(
        name,
        command -> run(container, command),
        HOME,
        new Endpoint(container.getHost(), container.getMappedPort(PORT)),
        new Endpoint(name, PORT));
  }

  private static void idle(CreateContainerCmd command) {
    command.withEntrypoint("tail").withCmd("-f", "/dev/null");
    if (command.getHostConfig() != null) {
      // Something has to bury the children of killed servers.
      command.getHostConfig().withInit(true);
    }
  }

  private static Shell.Result run(GenericContainer<?> container, List<String> command)
      throws IOException {
    try {
      ExecResult result =
          container.execInContainer(
              ExecConfig.builder()
                  .user(USER)
                  .workDir(HOME)
                  .command(command.toArray(String[]::new))
                  .build());
      return new Shell.Result(result.getExitCode(), result.getStdout());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Removes the containers and their network. */
  @Override
  public void close() {
    containers.forEach(GenericContainer::stop);
    network.close();
  }
}
