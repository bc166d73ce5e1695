package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.ClockTexts;
import io.shardjdbc.routing.plan.keys.KeyReader;
import io.shardjdbc.routing.plan.keys.Reading;
import io.shardjdbc.routing.plan.keys.StoredKeys;
import io.shardjdbc.routing.plan.keys.Storing;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.plan.write.DistributedWrite.KeyPart;
import io.shardjdbc.routing.route.RowDistribution.Question;
import io.shardjdbc.routing.route.RowDistribution.Rows;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Expr.LiteralKind;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The keys that rows of a query have once they are stored: what Java does not know a server is
 * asked, as where a column rounds numbers or cuts blanks, or converts what is of another type.
 */
final class AskedKeys {

  private static final String STORED = "shardjdbc:stored";

  /**
   * A column of a key that is asked for.
   *
   * @param name by which its answer is found
   * @param sqlType what it is stored as
   */
  record Asked(int name, KeyPart part, String sqlType) {}

  private final Tables tables;
  private final ParsedSql parsed;
  private final TableVariable target;

  AskedKeys(Tables tables, ParsedSql parsed, TableVariable target) {
    this.tables = tables;
    this.parsed = parsed;
    this.target = target;
  }

  /** The question, or empty where Java knows all keys, or no server can tell. */
  Optional<Question> question(
      List<KeyPart> key, Rows rows, IntPredicate hasKey, List<@Nullable Object> values) {
    List<Asked> asked =
        IntStream.range(0, key.size())
            .filter(i -> isAsked(i, key.get(i), rows, hasKey, values))
            .mapToObj(i -> new Asked(i, key.get(i), String.valueOf(sqlType(i))))
            .toList();
    return question(tables, parsed, asked, rows);
  }

  private boolean isAsked(
      int i, KeyPart part, Rows rows, IntPredicate hasKey, List<@Nullable Object> values) {
    if (part.constant() != null) {
      return isAsked(i, part.constant(), values);
    }
    KeyType type = target.keyType(i).orElse(null);
    String from = rows.types().get(part.column());
    return type != null
        && sqlType(i) != null
        && StoredKeys.mayBecome(type, from)
        && IntStream.range(0, rows.count())
            .filter(hasKey)
            .mapToObj(row -> StoredKeys.of(type, from, rows.value(row, part.column())))
            .anyMatch(reading -> !reading.never() && !isKnown(i, reading));
  }

  /** Whether a server is asked what storing makes of a constant. */
  boolean isAsked(int i, Expr constant, List<@Nullable Object> values) {
    Optional<KeyType> type = target.keyType(i);
    Reading reading = new KeyReader(type, values).read(constant, true);
    return !reading.never()
        && !isKnown(i, reading)
        && type.isPresent()
        && sqlType(i) != null
        && (reading.key() != null || takesTypeOfColumn(constant))
        && !ClockTexts.mayBe(constant, type, values);
  }

  /** Whether it is a key that the column keeps as it is. */
  boolean isKnown(int i, Reading reading) {
    return reading.key() != null && Storing.keeps(reading.key(), sqlType(i));
  }

  private static boolean takesTypeOfColumn(Expr constant) {
    return constant instanceof Expr.Parameter
        || (constant instanceof Expr.Literal literal && literal.kind() != LiteralKind.DEFAULT);
  }

  private @Nullable String sqlType(int i) {
    String name = ((Table.Sharded) target.table()).key().get(i).name();
    return target
        .shape()
        .flatMap(shape -> shape.column(name))
        .map(ColumnShape::sqlType)
        .orElse(null);
  }

  /**
   * The question what storing makes of some columns; empty where there are none.
   *
   * @param asked of columns that PostgreSQL assigns to such a type
   */
  static Optional<Question> question(
      Tables tables, ParsedSql parsed, List<Asked> asked, Rows rows) {
    if (asked.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> columns =
        asked.stream()
            .filter(one -> one.part().constant() == null)
            .map(one -> one.part().column())
            .distinct()
            .collect(Collectors.toCollection(ArrayList::new));
    if (columns.isEmpty()) {
      columns.add(0); // to have as many rows
    }
    String names = columns.stream().map(c -> "c" + c).collect(Collectors.joining(", "));
    String arrays = columns.stream().map(c -> "?::text[]").collect(Collectors.joining(", "));
    Template text = new Template(parsed);
    text.write("WITH asked AS (SELECT * FROM unnest(" + arrays + ") WITH ORDINALITY")
        .write(" AS asked(" + names + ", n)) SELECT ");
    for (Asked one : asked) {
      KeyPart part = one.part();
      text.write("(");
      if (part.constant() == null) {
        text.write("c" + part.column() + "::" + rows.types().get(part.column()));
      } else {
        text.copy(part.constant().span());
      }
      text.write(")::" + one.sqlType() + " AS \"" + STORED + one.name() + "\", ");
    }
    text.write("n FROM asked ORDER BY n");
    SourceQuery query = SourceQuery.of(tables, text, QuestionMarks.PARAMETERS).orThrow();
    return Optional.of(new Question(query.plan(), columns, query.parameters()));
  }

  /** What was answered of a column of a row's key; null where it was not asked. */
  @Nullable Reading told(int i, @Nullable Rows told, int row) {
    Optional<KeyType> type = target.keyType(i);
    return type.isEmpty() ? null : told(i, type.get(), told, row);
  }

  /** The same of a type. */
  static @Nullable Reading told(int name, KeyType type, @Nullable Rows told, int row) {
    int at = told == null ? -1 : told.names().indexOf(STORED + name);
    return told == null || at < 0
        ? null
        : StoredKeys.of(type, told.types().get(at), told.value(row, at));
  }
}
