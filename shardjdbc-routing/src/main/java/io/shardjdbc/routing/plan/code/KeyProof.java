package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.parse.QuestionMarks;
import io.shardjdbc.routing.sql.parse.SqlParser;
import io.shardjdbc.routing.sql.parse.SqlSyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/**
 * Proves that what a trigger or a rule does stays on the shard of the row that causes it.
 *
 * <p>It is given one statement of the trigger's. Where that says {@code NEW.key} or {@code
 * OLD.key}, a parameter takes its place, and the planner is asked where it would run with one key
 * and another: if that is always the shard of the key, on which the row lies, each shard does what
 * one server would. Variables are columns that nobody knows, and pin nothing. An UPDATE leaves keys
 * as they are, or is no UPDATE, so that OLD and NEW have the same.
 */
final class KeyProof {

  private static final int TRIES = 200;

  private final Tables tables;
  private final Function<ParsedSql, Plan> planner;

  /**
   * @param planner plans a statement by its tables alone
   */
  KeyProof(Tables tables, Function<ParsedSql, Plan> planner) {
    this.tables = tables;
    this.planner = planner;
  }

  /** Whether a statement runs where rows of the owner lie. */
  boolean holds(Table.Sharded owner, ParsedSql statement) {
    try {
      ParsedSql withKeys = withParameters(owner, statement);
      Plan plan = planner.apply(withKeys);
      return withKeys.parameterCount() == owner.key().size() && follows(owner, plan);
    } catch (RoutingException | SqlSyntaxException e) {
      return false;
    }
  }

  private boolean follows(Table.Sharded owner, Plan plan) {
    Set<ShardId> seen = new HashSet<>();
    int shards = owner.placement().shards().size();
    for (int i = 0; i < TRIES && (seen.size() < shards || i < 2 * shards); i++) {
      List<Key> columns = new ArrayList<>();
      List<Object> values = new ArrayList<>();
      for (int k = 0; k < owner.key().size(); k++) {
        Key key = sample(type(owner, k), i * owner.key().size() + k);
        columns.add(key);
        values.add(valueOf(key));
      }
      ShardId home = owner.placement().shardOf(Key.ofColumns(columns));
      Route route = plan.route(List.copyOf(values));
      if (route.isOverSeveralShards() || !route.shards().equals(List.of(home))) {
        return false;
      }
      seen.add(home);
    }
    return true;
  }

  private KeyType type(Table.Sharded owner, int column) {
    return tables
        .catalog()
        .table(owner.name())
        .flatMap(shape -> shape.column(owner.key().get(column).name()))
        .flatMap(shape -> KeyType.named(shape.type()))
        .or(() -> owner.key().get(column).type())
        .orElse(KeyType.INTEGER);
  }

  private static Key sample(KeyType type, int number) {
    return switch (type) {
      case INTEGER -> Key.of((long) number);
      case TEXT -> Key.of("key " + number);
      case UUID -> Key.of(new UUID(number, ~(long) number));
    };
  }

  private static Object valueOf(Key key) {
    if (key instanceof Key.OfLong integer) {
      return integer.value();
    }
    return key instanceof Key.OfUuid uuid ? uuid.value() : key.text();
  }

  private static ParsedSql withParameters(Table.Sharded owner, ParsedSql statement) {
    Map<Integer, String> parameters = new TreeMap<>();
    Map<Integer, Span> spans = new TreeMap<>();
    collect(statement.statement(), owner, parameters, spans);
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (Map.Entry<Integer, Span> entry : spans.entrySet()) {
      text.append(statement.sql(), from, entry.getKey()).append(parameters.get(entry.getKey()));
      from = entry.getValue().end();
    }
    text.append(statement.sql(), from, statement.sql().length());
    return SqlParser.parse(text.toString(), QuestionMarks.PARAMETERS);
  }

  private static void collect(
      Node node, Table.Sharded owner, Map<Integer, String> parameters, Map<Integer, Span> spans) {
    if (node instanceof Expr.Column column && column.name().parts().size() == 2) {
      String row = column.name().parts().get(0);
      for (int k = 0; k < owner.key().size(); k++) {
        boolean isKey = column.name().last().equals(owner.key().get(k).name());
        if (isKey && (row.equals("new") || row.equals("old"))) {
          parameters.put(column.span().start(), "$" + (k + 1));
          spans.put(column.span().start(), column.span());
        }
      }
    }
    for (Node child : node.children()) {
      collect(child, owner, parameters, spans);
    }
  }
}
