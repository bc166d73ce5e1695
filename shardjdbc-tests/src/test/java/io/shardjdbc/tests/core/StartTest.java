package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.ForkedJvm;
import io.shardjdbc.testkit.LongRun;
import io.shardjdbc.testkit.PostgresCluster;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a program does between its start and its first answers. */
@LongRun
class StartTest {

  private static final String LINKS = "linkCallSite io.shardjdbc.";

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  @Test
  void noRecordIsComparedByMethodHandlesWhichTakeMillisecondsToLink() throws Exception {
    try (ShardDataSource dataSource = Sample.builder(cluster).build()) {
      Sample.createTables(dataSource);
    }
    List<String> linked = new ArrayList<>();
    List<String> printed = new ArrayList<>();
    try (ForkedJvm program =
        ForkedJvm.run(
            List.of(),
            System.getProperty("java.class.path"),
            List.of("-Djava.lang.invoke.MethodHandle.TRACE_METHOD_LINKAGE=true"),
            StartProgram.class,
            cluster.primaryUrls().values().toArray(String[]::new))) {
      program.forEachLine(
          line -> {
            printed.add(line);
            if (line.startsWith(LINKS)) {
              linked.add(line);
            }
          });
    }
    assertThat(printed).contains(StartProgram.READ);
    assertThat(linked).as("lambdas, which show that links are told").isNotEmpty();
    assertThat(linked).noneMatch(line -> line.contains("java.lang.runtime.ObjectMethods"));
  }
}
