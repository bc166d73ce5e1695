package io.shardjdbc.examples.social;

import io.shardjdbc.observe.EndedStatement;
import io.shardjdbc.observe.PartListener;
import io.shardjdbc.observe.ShardListener;
import io.shardjdbc.observe.StartedPart;
import io.shardjdbc.observe.StartedStatement;
import io.shardjdbc.observe.StatementListener;
import io.shardjdbc.routing.ShardId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The last statements, and where they ran. Thread-safe. */
@Component
class LastRoutes implements ShardListener {

  private static final int KEPT = 50;

  private final Deque<Route> routes = new ArrayDeque<>();

  /** A statement that has ended, in words. */
  record Route(String summary, String way, String shards, String servers, String took) {}

  /** The newest first. */
  synchronized List<Route> newest() {
    List<Route> newest = new ArrayList<>(routes);
    Collections.reverse(newest);
    return newest;
  }

  private synchronized void add(Route route) {
    routes.add(route);
    if (routes.size() > KEPT) {
      routes.remove();
    }
  }

  @Override
  public StatementListener started(StartedStatement statement) {
    return new Heard(statement.summary());
  }

  /** What is heard of one statement. Its parts may begin on threads of their own. */
  private final class Heard implements StatementListener {

    private final String summary;
    private final List<String> servers = Collections.synchronizedList(new ArrayList<>());

    Heard(String summary) {
      this.summary = summary;
    }

    @Override
    public @Nullable PartListener part(StartedPart part) {
      servers.add(part.server().node() + " (" + part.why().label() + ")");
      return null;
    }

    @Override
    public void ended(EndedStatement end) {
      end.route()
          .ifPresent(
              route ->
                  add(
                      new Route(
                          summary,
                          route.way().label(),
                          route.shards().stream()
                              .map(ShardId::name)
                              .collect(Collectors.joining(", ")),
                          String.join(", ", List.copyOf(servers)),
                          "%.1f ms".formatted(end.took().toNanos() / 1e6))));
    }
  }
}
