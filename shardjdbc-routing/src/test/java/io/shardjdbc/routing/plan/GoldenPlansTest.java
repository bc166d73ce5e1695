package io.shardjdbc.routing.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.AnyShard;
import io.shardjdbc.routing.route.Broadcast;
import io.shardjdbc.routing.route.Distribute;
import io.shardjdbc.routing.route.Gather;
import io.shardjdbc.routing.route.InRounds;
import io.shardjdbc.routing.route.InRounds.FoundColumn;
import io.shardjdbc.routing.route.InTurn;
import io.shardjdbc.routing.route.ManyShards;
import io.shardjdbc.routing.route.OfSession;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Planner;
import io.shardjdbc.routing.route.Regroup;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.route.Stage;
import io.shardjdbc.routing.route.ValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
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

  private static String fetches(Stage stage) {
    List<ShardStatement> fetches = stage.fetches();
    List<String> shards = fetches.stream().map(fetch -> fetch.shard().name()).toList();
    String sql = fetches.isEmpty() ? "nothing" : fetches.get(0).sql();
    return "\n" + stage.name() + " from " + String.join(", ", shards) + ": " + sql;
  }

  private String planned(String sql, List<Object> values) {
    StringBuilder text = new StringBuilder();
    try {
      text.append(router.explain(sql, values.toArray()));
      text.append(router.route(sql, values).fold(new Sent()));
    } catch (RoutingException e) {
      text.append(e.getMessage());
    }
    return text.toString();
  }

  /** The texts that shards run where they are not the caller's. */
  private static final class Sent implements Route.Cases<String, RuntimeException> {

    private static String changed(List<ShardStatement> statements) {
      return statements.stream()
          .filter(statement -> !statement.isUnchanged())
          .map(statement -> "\n" + statement)
          .collect(Collectors.joining());
    }

    private static String fetched(List<Stage> stages) {
      return stages.stream().map(GoldenPlansTest::fetches).collect(Collectors.joining());
    }

    @Override
    public String oneShard(OneShard route) {
      return changed(route.statements());
    }

    @Override
    public String anyShard(AnyShard route) {
      return changed(route.statements());
    }

    @Override
    public String manyShards(ManyShards route) {
      return changed(route.statements());
    }

    @Override
    public String gather(Gather route) {
      InRounds rounds = route.inRounds();
      return changed(List.of(route.overArrays()))
          + fetched(route.stages())
          + (rounds == null ? "" : inRounds(rounds));
    }

    /** What is fetched after other tables, and by what was found there. */
    private static String inRounds(InRounds rounds) {
      StringBuilder text = new StringBuilder("\nin rounds: " + rounds.overTables().sql());
      for (InRounds.Thinned stage : rounds.stages()) {
        Stage fetched =
            new Stage(
                stage.stage().name(),
                stage.stage().table(),
                stage.stage().columns(),
                stage.fetches());
        text.append("\nround ").append(stage.round() + 1).append(':');
        text.append(fetches(fetched).replace('\n', ' '));
        for (FoundColumn found : stage.found()) {
          Stage from = rounds.plain().get(found.stage());
          text.append("\n  by ").append(from.name()).append('.');
          text.append(from.columns().get(found.column()).name());
        }
      }
      return text.toString();
    }

    /** What each shard is asked, and what finishes where all it answers is of type bigint. */
    @Override
    public String regroup(Regroup route) {
      List<String> shards = route.shards().stream().map(ShardId::name).toList();
      List<ValueType> types = Collections.nCopies(route.width(), new ValueType("int8", false));
      Gather last = route.finish().on(route.home(), types);
      return "\n%s: %s\n%s"
          .formatted(
              String.join(", ", shards),
              route.parts().statements().get(0).sql(),
              last.overTables());
    }

    @Override
    public String broadcast(Broadcast route) {
      return changed(route.write().statements()) + fetched(route.stages());
    }

    @Override
    public String distribute(Distribute route) {
      return "";
    }

    @Override
    public String inTurn(InTurn route) {
      return changed(route.statements());
    }

    @Override
    public String ofSession(OfSession route) {
      return "";
    }
  }
}
