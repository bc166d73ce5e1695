package io.shardjdbc.routing.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Merge.ValueType;
import io.shardjdbc.routing.route.Planner;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Compares plans with the files of {@code src/test/resources/plans}.
 *
 * <p>A file is a list of blocks: the SQL, perhaps {@code values: ...}, then the plan, every line of
 * which starts with {@code |}. {@code -Dshardjdbc.plans.update=true} writes the plans anew.
 */
class GoldenPlansTest {

  private static final Path FILES = Path.of("src", "test", "resources", "plans");
  private static final boolean UPDATE = Boolean.getBoolean("shardjdbc.plans.update");

  private final Planner router = Instagram.router();

  @TestFactory
  Stream<DynamicTest> plansAreAsReviewed() throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(FILES)) {
      files = found.filter(f -> f.toString().endsWith(".plan")).sorted().toList();
    }
    assertThat(files).isNotEmpty();
    return files.stream()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
  }

  private void check(Path file) throws IOException {
    StringBuilder expected = new StringBuilder();
    StringBuilder actual = new StringBuilder();
    for (String block : Files.readString(file).strip().split("\n\n+", -1)) {
      List<String> lines = block.lines().toList();
      List<String> sql = new ArrayList<>();
      String values = "";
      for (String line : lines) {
        if (line.startsWith("values: ")) {
          values = line.substring("values: ".length());
        } else if (!line.startsWith("|")) {
          sql.add(line);
        }
      }
      expected.append(block).append("\n\n");
      actual.append(String.join("\n", sql)).append('\n');
      if (!values.isEmpty()) {
        actual.append("values: ").append(values).append('\n');
      }
      if (sql.get(0).startsWith("#")) {
        actual.append('\n');
        continue;
      }
      planned(String.join("\n", sql), Values.parse(values))
          .lines()
          .forEach(line -> actual.append("| ").append(line).append('\n'));
      actual.append('\n');
    }
    if (UPDATE) {
      Files.writeString(file, actual.toString().strip() + "\n");
    } else {
      assertThat(actual.toString().strip()).isEqualTo(expected.toString().strip());
    }
  }

  private static String fetches(Merge.Stage stage) {
    List<ShardStatement> fetches = stage.fetches();
    List<String> shards = fetches.stream().map(fetch -> fetch.shard().name()).toList();
    String sql = fetches.isEmpty() ? "nothing" : fetches.get(0).sql();
    return "\n" + stage.name() + " from " + String.join(", ", shards) + ": " + sql;
  }

  /** What each shard is asked, and what finishes where all it answers is of type bigint. */
  private static String groups(Route route, Merge.Regroup regroup) {
    List<String> shards = route.statements().stream().map(s -> s.shard().name()).toList();
    Route last =
        regroup
            .finish()
            .on(regroup.home(), Collections.nCopies(regroup.width(), new ValueType("int8", false)));
    Merge.Gather gather = (Merge.Gather) last.merge();
    return "\n%s: %s\n%s"
        .formatted(String.join(", ", shards), route.statements().get(0).sql(), gather.overTables());
  }

  private String planned(String sql, List<Object> values) {
    StringBuilder text = new StringBuilder();
    try {
      text.append(router.explain(sql, values.toArray()));
      Route route = router.route(sql, values);
      if (route.merge() instanceof Merge.Regroup regroup) {
        return text.append(groups(route, regroup)).toString();
      }
      for (ShardStatement statement : route.statements()) {
        if (!statement.isUnchanged()) {
          text.append('\n').append(statement);
        }
      }
      if (route.merge() instanceof Merge.Gather gather) {
        gather.stages().forEach(stage -> text.append(fetches(stage)));
      }
      if (route.merge() instanceof Merge.Broadcast broadcast) {
        broadcast.stages().forEach(stage -> text.append(fetches(stage)));
      }
    } catch (RoutingException e) {
      text.append(e.getMessage());
    }
    return text.toString();
  }
}
