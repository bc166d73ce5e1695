package io.shardjdbc.testkit.routes;

import io.shardjdbc.observe.RoutedStatement;
import io.shardjdbc.observe.ShardListener;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A JUnit extension that fails when the tests run a statement on several shards which a reviewed
 * file does not have.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final RouteGuard routes = RouteGuard.against(Path.of("src/test/resources/routes.txt"));
 *
 * ShardDataSource.builder()....listener(routes).build();
 * }</pre>
 *
 * <p>It is the listener of the DataSources that the tests use, as many as there are. After the last
 * test of a class, statements that ran on several shards, or gathered rows, are compared with the
 * file: a new one, and one whose plan has changed, is a failure that shows it. With {@code
 * -Dshardjdbc.routes.update=true} it is written into the file instead. Several test classes may
 * share a file; what none of them runs any more stays in it until someone takes it out.
 *
 * <p>Statements are told apart without their literals, and no value is written. Thread-safe.
 */
public final class RouteGuard implements ShardListener, BeforeAllCallback, AfterAllCallback {

  private static final String UPDATE = "shardjdbc.routes.update";

  private final RouteFile file;
  private final Path path;
  private final Set<SeenRoute> seen = new ConcurrentSkipListSet<>();

  private RouteGuard(Path path) {
    this.file = new RouteFile(path);
    this.path = path;
  }

  /**
   * A guard over what a file allows; a file that does not exist allows nothing.
   *
   * @param file relative to the directory that the tests run in
   */
  public static RouteGuard against(Path file) {
    return new RouteGuard(file);
  }

  @Override
  public void routed(RoutedStatement statement) {
    if (statement.isOverSeveralShards()) {
      seen.add(SeenRoute.of(statement));
    }
  }

  /** Forgets what ran before the class. */
  @Override
  public void beforeAll(ExtensionContext context) {
    seen.clear();
  }

  /** Compares, or writes the file. */
  @Override
  public void afterAll(ExtensionContext context) {
    if (Boolean.getBoolean(UPDATE)) {
      update();
    } else {
      check();
    }
  }

  /**
   * Compares what was seen so far with the file, for those who do not use JUnit.
   *
   * @throws AssertionError showing each statement that the file does not have
   */
  public void check() {
    Set<SeenRoute> reviewed = file.read();
    Set<SeenRoute> unknown = new TreeSet<>(seen);
    unknown.removeAll(reviewed);
    if (!unknown.isEmpty()) {
      throw new AssertionError(
          "statements over several shards that %s does not have (-D%s=true adds them):\n\n%s"
              .formatted(
                  path,
                  UPDATE,
                  unknown.stream().map(SeenRoute::block).collect(Collectors.joining("\n"))));
    }
  }

  /** Adds what was seen so far to the file; an older plan of the same statement goes. */
  public void update() {
    Set<SeenRoute> routes = file.read();
    Set<String> again = seen.stream().map(SeenRoute::sql).collect(Collectors.toSet());
    routes.removeIf(route -> again.contains(route.sql()));
    routes.addAll(seen);
    file.write(routes);
  }
}
