package io.shardjdbc.routing.plan.define;

import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.result.Explanation;
import io.shardjdbc.routing.plan.result.StatementPlan;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.Utility;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a statement that does one thing to each table of a list. Each shard does it to those
 * that it has.
 */
final class ListedTablesPlan extends StatementPlan {

  /** Verbs that join nothing of the tables they list. */
  private static final Set<String> VERBS =
      Set.of("drop", "truncate", "grant", "revoke", "analyze", "analyse", "vacuum");

  private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");

  /** A table of the list. Every shard has it where there is no home. */
  record Listed(Name name, Optional<ShardId> home) {}

  private final ParsedSql parsed;
  private final List<Listed> tables;
  private final Merge merge;

  ListedTablesPlan(
      ParsedSql parsed, Hint hint, String subject, List<Listed> tables, boolean inTransaction) {
    super(
        parsed,
        Effect.SCHEMA,
        hint,
        List.of(Explanation.name(Effect.SCHEMA), "  " + subject + ": each table where it is"));
    this.parsed = parsed;
    this.tables = List.copyOf(tables);
    this.merge = new Merge.SameOnAll(inTransaction);
  }

  /** Whether the list consists of names and commas, so that names can be left out. */
  static boolean fits(ParsedSql parsed, Utility utility) {
    boolean table = utility.object().isEmpty() || utility.object().equals("table");
    List<Name> names = utility.tables();
    boolean commas = true;
    for (int i = 1; i < names.size(); i++) {
      int end = names.get(i - 1).span().end();
      int start = names.get(i).span().start();
      commas &= start > end && COMMA.matcher(parsed.sql().substring(end, start)).matches();
    }
    return table && commas && VERBS.contains(utility.verb());
  }

  @Override
  protected Route routed(List<@Nullable Object> values, ShardMap map) {
    Span list =
        new Span(
            tables.get(0).name().span().start(), tables.get(tables.size() - 1).name().span().end());
    List<ShardStatement> statements = new ArrayList<>();
    for (ShardId shard : map.shards()) {
      String there =
          tables.stream()
              .filter(table -> table.home().map(shard::equals).orElse(true))
              .map(table -> written(table.name()))
              .collect(Collectors.joining(", "));
      if (!there.isEmpty()) {
        statements.add(Template.edited(parsed, List.of(Edit.replace(list, there))).on(shard));
      }
    }
    return across(statements, KeyHashes.any(), merge);
  }

  private static String written(Name name) {
    return name.parts().stream().map(Identifiers::quote).collect(Collectors.joining("."));
  }
}
