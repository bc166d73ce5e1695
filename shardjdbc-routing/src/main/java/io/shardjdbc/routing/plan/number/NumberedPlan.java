package io.shardjdbc.routing.plan.number;

import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Numbering;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.text.StatementSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The plan of a statement that takes numbers from sequences first, and then runs as another. */
public final class NumberedPlan implements Plan {

  private final ParsedSql parsed;
  private final Numbering numbering;

  public NumberedPlan(ParsedSql parsed, Numbering numbering) {
    this.parsed = parsed;
    this.numbering = numbering;
  }

  @Override
  public Optional<Numbering> numbering() {
    return Optional.of(numbering);
  }

  @Override
  public boolean movesSequences() {
    return numbering.plan().movesSequences();
  }

  @Override
  public String sql() {
    return parsed.sql();
  }

  @Override
  public String summary() {
    return StatementSummary.of(parsed);
  }

  @Override
  public int parameterCount() {
    return parsed.parameterCount();
  }

  @Override
  public Effect effect() {
    return numbering.plan().effect();
  }

  @Override
  public boolean partial() {
    return numbering.plan().partial();
  }

  @Override
  public boolean ofOneMoment() {
    return numbering.plan().ofOneMoment();
  }

  /**
   * Where the statement would go with these values, and as many numbers as it takes: for people who
   * ask for it. What runs is routed by {@link #numbering}.
   */
  @Override
  public Route route(List<@Nullable Object> values, ShardMap map) {
    List<@Nullable Object> all = new ArrayList<>();
    for (int marker : numbering.markers()) {
      all.add(marker > 0 ? values.get(marker - 1) : (Object) (long) -marker);
    }
    return numbering.plan().route(all, map);
  }

  @Override
  public String explain() {
    String taken =
        numbering.draws().stream()
            .map(
                d ->
                    "  numbers: %d of %s, from shard %s"
                        .formatted(d.count(), d.sequence(), d.home()))
            .collect(Collectors.joining("\n"));
    String added = numbering.sizes().isEmpty() ? "" : "\n  sizes, added up over shards";
    String known = numbering.remembered().isEmpty() ? "" : "\n  numbers that the session has taken";
    return numbering.plan().explain() + (taken.isEmpty() ? "" : "\n" + taken) + known + added;
  }
}
