package io.shardjdbc.routing.plan.define;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.catalog.Catalog.Volatility;
import io.shardjdbc.routing.plan.effects.Calls;
import io.shardjdbc.routing.plan.effects.ClockTexts;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.number.CountedText;
import io.shardjdbc.routing.plan.result.CopiedValues;
import io.shardjdbc.routing.sql.ColumnChange;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.TypeName;
import io.shardjdbc.routing.sql.Utility;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Refuses an ALTER TABLE after which the rows that are there would lie on other shards than their
 * new keys say, or a reference table's copies would differ.
 */
public final class AlteredColumns {

  private static final Pattern LIMITED = Pattern.compile("character varying\\((?<limit>\\d+)\\)");

  private final Catalog catalog;
  private final Name name;

  private AlteredColumns(Catalog catalog, Name name) {
    this.catalog = catalog;
    this.name = name;
  }

  /** The same for a statement that is to run on all shards. */
  static void check(Tables tables, Utility utility, RelatedTables kin) {
    if (tables.isAlone() || utility.columns().isEmpty() || utility.tables().isEmpty()) {
      return;
    }
    Name name = utility.tables().get(0);
    if (!tables.isSpreadView(Tables.local(name))) {
      check(tables, utility, kin.table(name));
    }
  }

  /**
   * Looks at each column that is changed.
   *
   * @param table the declaration of the table that is altered
   * @throws RoutingException where rows would lie wrong
   */
  public static void check(Tables tables, Utility utility, Table table) {
    AlteredColumns altered = new AlteredColumns(tables.catalog(), utility.tables().get(0));
    for (ColumnChange change : utility.columns()) {
      if (table instanceof Table.Sharded sharded) {
        altered.checkKey(sharded, change);
        altered.filled(change).forEach(filled -> checkNumbers(sharded, filled));
      } else if (table instanceof Table.Reference) {
        altered.filled(change).forEach(filled -> altered.checkCopies(table, filled));
      }
    }
  }

  /** The same with the default of its domain, where it says none itself. */
  private List<ColumnChange> filled(ColumnChange change) {
    TypeName type = change.type();
    boolean left = change.value() == null && !change.numbered() && !change.generated();
    if (change.kind() != ColumnChange.Kind.ADD || type == null || type.dimensions() > 0 || !left) {
      return List.of(change);
    }
    List<ColumnChange> filled = new ArrayList<>(List.of(change));
    for (String value : catalog.userCode().domainDefaults(type.name().last())) {
      filled.add(
          new ColumnChange(
              change.kind(), change.column(), type, SqlParser.expression(value), false, false));
    }
    return filled;
  }

  private void checkKey(Table.Sharded table, ColumnChange change) {
    for (KeyColumn key : table.key()) {
      if (key.name().equals(change.column()) && !keepsPlaces(key, change)) {
        throw new RoutingException(ErrorCode.KEY_REDEFINED, table.displayName(), key.name());
      }
    }
  }

  /** Each shard would number its rows for itself. */
  private static void checkNumbers(Table.Sharded table, ColumnChange change) {
    if (change.numbered() || (change.value() != null && CountedText.steps(change.value()))) {
      throw new RoutingException(
          ErrorCode.ROWS_NUMBERED_APART, table.displayName(), String.valueOf(change.column()));
    }
  }

  /** Whether all rows still lie where the key says. A column that is added is NULL for them. */
  private boolean keepsPlaces(KeyColumn key, ColumnChange change) {
    TypeName type = change.type();
    boolean filled = change.value() != null || change.numbered() || change.generated();
    if (type == null || type.dimensions() > 0 || filled) {
      return false;
    }
    Optional<KeyType> becomes =
        type.name().parts().size() == 1 ? KeyType.named(type.name().last()) : Optional.empty();
    if (becomes.isEmpty() || change.kind() == ColumnChange.Kind.ADD) {
      return becomes.isPresent();
    }
    Optional<ColumnShape> column =
        catalog.table(Tables.local(name)).flatMap(s -> s.column(key.name()));
    Optional<KeyType> was = key.type().or(() -> column.flatMap(c -> KeyType.named(c.type())));
    return becomes.equals(was) && cutsNothing(type, column.map(ColumnShape::sqlType).orElse(""));
  }

  /** Whether no blank is cut off the end of a text. */
  private static boolean cutsNothing(TypeName type, String before) {
    if (type.modifiers().isEmpty()) {
      return true;
    }
    Matcher limited = LIMITED.matcher(before);
    return limited.matches()
        && type.modifiers().get(0).matches("\\d{1,9}")
        && Long.parseLong(limited.group("limit")) <= Long.parseLong(type.modifiers().get(0));
  }

  private void checkCopies(Table table, ColumnChange change) {
    String what = null;
    if (change.value() != null) {
      what = Calls.first(List.of(change.value()), catalog, kind -> kind != Volatility.IMMUTABLE);
    }
    if (what == null && change.value() != null && namesClock(change.value())) {
      what = CopiedValues.OF_CLOCK;
    }
    if (what == null && change.numbered()) {
      what = "the default of column " + change.column();
    }
    if (what != null) {
      throw new RoutingException(ErrorCode.NOT_COPY_SAFE, table.displayName(), what);
    }
  }

  private static boolean namesClock(Node node) {
    return ClockTexts.isNamedBy(node) || node.anyChild(AlteredColumns::namesClock);
  }
}
