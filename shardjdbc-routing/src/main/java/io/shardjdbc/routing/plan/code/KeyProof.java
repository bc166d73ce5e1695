package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.result.Trial;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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
  private static final LocalDate FIRST_DAY = LocalDate.EPOCH;

  private final Tables tables;
  private final Function<ParsedSql, Plan> planner;

  /**
   * @param planner plans a statement by its tables alone
   */
  KeyProof(Tables tables, Function<ParsedSql, Plan> planner) {
    this.tables = tables;
    this.planner = planner;
  }

  /** How a statement in code of users refers to the key. */
  @FunctionalInterface
  interface KeyReference {

    /** Which column of the key a node is; -1 if it is none. */
    int column(Node node);
  }

  /**
   * The key of a row that is known by a name: {@code NEW.key}, {@code (row).key}, {@code $1.key}.
   */
  static KeyReference ofRow(Table.Sharded owner, Set<String> names, int parameter) {
    return node -> {
      String field = null;
      if (node instanceof Expr.Column column && column.name().parts().size() == 2) {
        field = names.contains(column.name().parts().get(0)) ? column.name().last() : null;
      } else if (node instanceof Expr.Field of) {
        boolean row =
            (of.value() instanceof Expr.Parameter p && p.index() == parameter)
                || (of.value() instanceof Expr.Column c
                    && c.name().parts().size() == 1
                    && names.contains(c.name().last()));
        field = row ? of.field() : null;
      }
      return field == null ? -1 : owner.key().stream().map(KeyColumn::name).toList().indexOf(field);
    };
  }

  /** A key of one column that is a parameter: {@code $1}, or one of its names. */
  static KeyReference ofParameter(Set<List<String>> names, int parameter) {
    return node -> {
      boolean is =
          (node instanceof Expr.Parameter p && p.index() == parameter)
              || (node instanceof Expr.Column column && names.contains(column.name().parts()));
      return is ? 0 : -1;
    };
  }

  /** Whether a statement runs where rows of a key lie to which it refers. */
  boolean holds(Table.Sharded owner, ParsedSql statement, KeyReference reference) {
    int before = statement.parameterCount();
    ParsedSql withKeys;
    try {
      withKeys = withParameters(statement, reference, before);
    } catch (SqlSyntaxException e) {
      return false;
    }
    ParsedSql asked = withKeys;
    return Trial.of(() -> follows(owner, planner.apply(asked), before, asked.parameterCount()))
        .fold(answer -> answer, why -> false);
  }

  private boolean follows(Table.Sharded owner, Plan plan, int before, int parameters) {
    Placement placement = tables.map().placement(tables.placementOf(owner));
    Set<ShardId> seen = new HashSet<>();
    int shards = placement.shards().size();
    for (int i = 0; i < TRIES && (seen.size() < shards || i < 2 * shards); i++) {
      List<Key> columns = new ArrayList<>();
      List<@Nullable Object> values = new ArrayList<>(Collections.nCopies(parameters, null));
      for (int k = 0; k < owner.key().size(); k++) {
        Key key = sample(type(owner, k), i * owner.key().size() + k);
        columns.add(key);
        if (before + k < parameters) {
          values.set(before + k, valueOf(key));
        }
      }
      ShardId home = placement.shardOf(Key.ofColumns(columns));
      Route route = plan.route(values, tables.map());
      if (route.isOverSeveralShards() || !route.shards().equals(List.of(home))) {
        return false;
      }
      seen.add(home);
    }
    return true;
  }

  private KeyType type(Table.Sharded owner, int column) {
    return typeOf(owner, column).orElse(KeyType.INTEGER);
  }

  /** The type of a column of a key; empty where nothing is known of it. */
  Optional<KeyType> typeOf(Table.Sharded owner, int column) {
    return tables
        .catalog()
        .table(owner.name())
        .flatMap(shape -> shape.column(owner.key().get(column).name()))
        .flatMap(shape -> KeyType.named(shape.type()))
        .or(() -> owner.key().get(column).type());
  }

  private static Key sample(KeyType type, int number) {
    return switch (type) {
      case INTEGER -> Key.of((long) number);
      case TEXT -> Key.of("key " + number);
      case UUID -> Key.of(new UUID(number, ~(long) number));
      case DATE -> Key.of(FIRST_DAY.plusDays(number));
      case TIMESTAMP -> Key.of(FIRST_DAY.atStartOfDay().plusMinutes(number));
      case TIMESTAMPTZ -> Key.of(Instant.EPOCH.plusSeconds(number));
      case NUMERIC -> Key.of(BigDecimal.valueOf(number, 1));
    };
  }

  private static Object valueOf(Key key) {
    if (key instanceof Key.OfLong integer) {
      return integer.value();
    } else if (key instanceof Key.OfDate date) {
      return date.value();
    } else if (key instanceof Key.OfTimestamp timestamp) {
      return timestamp.value();
    } else if (key instanceof Key.OfInstant moment) {
      return moment.value();
    } else if (key instanceof Key.OfNumeric number) {
      return number.value();
    }
    return key instanceof Key.OfUuid uuid ? uuid.value() : key.text();
  }

  private static ParsedSql withParameters(ParsedSql statement, KeyReference reference, int before) {
    Map<Integer, String> parameters = new TreeMap<>();
    Map<Integer, Span> spans = new TreeMap<>();
    collect(statement.statement(), reference, before, parameters, spans);
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
      Node node,
      KeyReference reference,
      int before,
      Map<Integer, String> parameters,
      Map<Integer, Span> spans) {
    int column = reference.column(node);
    if (column >= 0) {
      parameters.put(node.span().start(), "$" + (before + column + 1));
      spans.put(node.span().start(), node.span());
      return;
    }
    for (Node child : node.children()) {
      collect(child, reference, before, parameters, spans);
    }
  }
}
