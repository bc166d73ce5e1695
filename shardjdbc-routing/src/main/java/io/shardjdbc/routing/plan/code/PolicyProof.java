package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.code.Reaches.Called;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.result.Trial;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.UserCode.Attached;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.parse.QuestionMarks;
import io.shardjdbc.routing.sql.parse.SqlParser;
import io.shardjdbc.routing.sql.parse.SqlSyntaxException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Proves that the condition of a row security policy is the same on each shard as on one server.
 *
 * <p>The policy is put where it would stand if it were no policy: {@code SELECT .. FROM t WHERE
 * condition}. If the planner would let each shard answer that for itself, each shard may also apply
 * the policy for itself.
 */
final class PolicyProof {

  private final Tables tables;
  private final Reaches reaches;
  private final Function<ParsedSql, Plan> planner;

  PolicyProof(Tables tables, Reaches reaches, Function<ParsedSql, Plan> planner) {
    this.tables = tables;
    this.reaches = reaches;
    this.planner = planner;
  }

  /** Why the policy of a table looks at more than the shard has, in words; null if it does not. */
  @Nullable String beyond(List<String> table, Attached policy) {
    String quoted = table.stream().map(Identifiers::quote).collect(Collectors.joining("."));
    ParsedSql parsed;
    try {
      parsed =
          SqlParser.parse(
              "SELECT 1 FROM " + quoted + " WHERE (" + policy.text().orElse("true") + ")",
              QuestionMarks.OPERATORS);
    } catch (SqlSyntaxException e) {
      return "is not understood";
    }
    Mentions mentions = Mentions.of(parsed.statement());
    for (Called called : reaches.called(mentions, null)) {
      if (called.reach().touchesTables()) {
        return "calls function " + called.routine().name() + ", which may read tables";
      }
    }
    Set<List<String>> others = new LinkedHashSet<>(mentions.reads());
    others.remove(table);
    String other = spread(table, others);
    return other == null || eachForItself(parsed) ? null : "reads " + other;
  }

  /** A table of which the shards that have the policy's rows may not have all; null if none. */
  private @Nullable String spread(List<String> table, Set<List<String>> others) {
    Set<ShardId> homes = new LinkedHashSet<>();
    tables.behind(table).stream()
        .filter(Table.Single.class::isInstance)
        .forEach(single -> homes.add(((Table.Single) single).shard()));
    for (List<String> name : others) {
      for (Table other : tables.behind(name)) {
        boolean here =
            other instanceof Table.Reference
                || (other instanceof Table.Single single
                    && (Tables.isSystem(name)
                        || (homes.size() == 1 && homes.contains(single.shard()))));
        if (!here) {
          return Identifiers.display(name);
        }
      }
    }
    return null;
  }

  private boolean eachForItself(ParsedSql parsed) {
    return Trial.of(() -> planner.apply(parsed).route(List.of(), tables.map()))
        .fold(PolicyProof::isEachForItself, why -> false);
  }

  private static boolean isEachForItself(Route route) {
    DirectRoute direct = route.direct();
    return direct != null && !direct.isSingle() && direct.merge().equals(Merge.ONE_AFTER_ANOTHER);
  }
}
