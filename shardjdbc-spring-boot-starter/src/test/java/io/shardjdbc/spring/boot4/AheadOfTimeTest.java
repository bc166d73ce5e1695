package io.shardjdbc.spring.boot4;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.Deadline;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplicationAotProcessor;
import org.springframework.context.aot.AbstractAotProcessor.Settings;

/** The application, made ready ahead of time as for a native image, on a virtual machine. */
@Tag("long")
class AheadOfTimeTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

  private static final String[] PROPERTIES = {
    "--spring.datasource.url=jdbc:shardjdbc:classpath:shards.yaml",
    "--shardjdbc.causal-token.enabled=true",
    "--spring.main.banner-mode=off",
    "--server.port=0"
  };

  private static String classPath() {
    return System.getProperty("java.class.path");
  }

  private static List<File> files(Path directory, String ending) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(file -> file.toString().endsWith(ending)).map(Path::toFile).toList();
    }
  }

  private static void compile(Path sources, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of(
              "-proc:none",
              "-parameters",
              "-d",
              classes.toString(),
              "-cp",
              classes + File.pathSeparator + classPath());
      var units = files.getJavaFileObjectsFromFiles(files(sources, ".java"));
      assertThat(compiler.getTask(said, files, null, options, null, units).call())
          .as(said.toString())
          .isTrue();
    }
  }

  private static void createTable() throws SQLException {
    for (String shard : cluster.primaryUrls().keySet()) {
      try (Connection connection = cluster.connect(shard);
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE users (user_id bigint PRIMARY KEY, name text)");
      }
    }
  }

  /** Which it says itself, for nobody else knows. */
  private static String port(Process program, Path log) throws IOException {
    String[] port = new String[1];
    Deadline.in(Duration.ofMinutes(2))
        .await(
            "the application listens",
            () -> {
              String said = Files.readString(log);
              assertThat(program.isAlive()).as(said).isTrue();
              Matcher listens = PORT.matcher(said);
              port[0] = listens.find() ? listens.group(1) : null;
              return port[0] != null;
            });
    return port[0];
  }

  private static String send(String method, String port, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(method, BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }

  @Test
  void whatWasGeneratedRunsOverShards(@TempDir Path directory) throws Exception {
    Path sources = directory.resolve("sources");
    Path resources = directory.resolve("resources");
    Path classes = Files.createDirectories(directory.resolve("classes"));
    new SpringApplicationAotProcessor(
            Application.class,
            Settings.builder()
                .sourceOutput(sources)
                .resourceOutput(resources)
                .classOutput(classes)
                .groupId("app")
                .artifactId("app")
                .build(),
            PROPERTIES)
        .process();
    StringBuilder kept = new StringBuilder();
    for (File file : files(resources, ".json")) {
      kept.append(Files.readString(file.toPath()));
    }
    assertThat(kept)
        .contains(
            "io.shardjdbc.driver.BoundedSockets", "functions.txt", "shards.yaml", "Statement[]");
    compile(sources, classes);

    createTable();
    Files.writeString(
        classes.resolve("shards.yaml"), cluster.shardsYaml() + "tables: {users: {key: user_id}}\n");
    Path log = directory.resolve("log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
    command.addAll(List.of("-Dspring.aot.enabled=true", "-cp"));
    command.add(String.join(File.pathSeparator, classes.toString(), classPath()));
    command.add(Application.class.getName());
    command.addAll(List.of(PROPERTIES));
    Process program =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      String port = port(program, log);
      for (int id = 1; id <= 8; id++) {
        assertThat(send("PUT", port, "/users/" + id, "user" + id)).isEqualTo("user" + id);
      }
      assertThat(send("GET", port, "/users/5", "")).isEqualTo("user5");
      assertThat(send("GET", port, "/users", "")).isEqualTo("8");
      assertThat(send("GET", port, "/actuator/health", "")).contains("\"UP\"");
      assertThat(Files.readString(log)).contains("AOT-processed");
    } finally {
      program.destroyForcibly().waitFor();
    }
  }
}
