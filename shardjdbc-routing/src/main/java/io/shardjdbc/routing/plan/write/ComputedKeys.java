package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.Reading;
import io.shardjdbc.routing.plan.keys.StoredKeys;
import io.shardjdbc.routing.plan.prove.WrittenTables;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.plan.write.DistributedWrite.KeyPart;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Distribute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.RowDistribution;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.ParsedSql;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An INSERT .. VALUES with keys that Java cannot read, or with sub-queries over rows of other
 * shards: they are computed first, in one query, and then each row goes where it belongs.
 *
 * <p>What is computed takes the place of its expression in the row, so that it is computed once: a
 * key may be {@code gen_random_uuid()}, or what a sub-query finds. A string, a number or a
 * parameter that stands alone stays as it is, and takes the column's type there as it does in
 * VALUES; anything else has the type it has by itself, and {@link StoredKeys} says what storing
 * makes of it. What is wrong with a row that nobody can place, its own shard or this query says.
 */
final class ComputedKeys implements RowDistribution {

  private static final int MOST = 1_000;
  private static final int NO_KEY = -1;
  private static final String COMPUTED = "\"shardjdbc:computed\"";

  /**
   * A value of one row.
   *
   * @param column which column of the key it is, or negative
   */
  record Place(int row, int column, Expr value) {

    /** Of a value that is no key. */
    static Place of(int row, Expr value) {
      return new Place(row, NO_KEY, value);
    }

    boolean isKey() {
      return column >= 0;
    }
  }

  /** Where rows of such keys go, with the changes that are made to their text. */
  interface Routing {
    DirectRoute of(List<Key> keys, List<Template.Edit> edits, String before, ShardMap map);
  }

  private final Tables tables;
  private final ParsedSql parsed;
  private final InsertRowsPlan.Rows rows;
  private final List<List<@Nullable Key>> known;
  private final List<Place> places;
  private final SourceQuery source;
  private final Routing routes;

  /**
   * Refused where no query computes them.
   *
   * @param known for each row and column of the key what is known without a server
   * @param places those that are not
   * @param routes where rows of such keys go
   */
  static Found<ComputedKeys> of(
      Tables tables,
      ParsedSql parsed,
      InsertRowsPlan.Rows rows,
      List<List<@Nullable Key>> known,
      List<Place> places,
      Routing routes) {
    if (places.size() > MOST) {
      return Found.refused(refusal(rows, places.get(MOST)));
    }
    return SourceQuery.of(tables, query(parsed, rows, places), rows.questionMarks())
        .map(source -> new ComputedKeys(tables, parsed, rows, known, places, source, routes))
        .or(why -> Found.refused(refusal(rows, places.get(0))));
  }

  private ComputedKeys(
      Tables tables,
      ParsedSql parsed,
      InsertRowsPlan.Rows rows,
      List<List<@Nullable Key>> known,
      List<Place> places,
      SourceQuery source,
      Routing routes) {
    this.tables = tables;
    this.parsed = parsed;
    this.rows = rows;
    this.known = known;
    this.places = places;
    this.source = source;
    this.routes = routes;
  }

  private static Template query(ParsedSql parsed, InsertRowsPlan.Rows rows, List<Place> places) {
    Template query = new Template(parsed).write("SELECT ");
    String separator = "";
    for (Place place : places) {
      query.write(separator);
      if (staysAsItIs(place)) {
        query.write("(").copy(place.value().span()).write(")::");
        query.write(String.valueOf(rows.key().get(place.column()).sqlType()));
      } else {
        // CASE takes no function that returns a set, nor do several rows of VALUES.
        boolean several = rows.rows().size() > 1;
        query.write(several ? "CASE WHEN true THEN (" : "(").copy(place.value().span());
        query.write(several ? ") END" : ")");
      }
      separator = ", ";
    }
    return query;
  }

  private static boolean staysAsItIs(Place place) {
    return place.isKey() && takesTypeOfColumn(place.value());
  }

  private static boolean takesTypeOfColumn(Expr value) {
    if (value instanceof Expr.Literal literal) {
      return switch (literal.kind()) {
        case STRING, NULL, INTEGER, DECIMAL -> true;
        default -> false;
      };
    }
    return value instanceof Expr.Parameter;
  }

  /** The route of this statement before its keys are known. */
  Route route(Effect effect, ShardMap map, ParsedSql parsed) {
    return new Distribute(effect, map.shards(), this, true, WrittenTables.of(parsed.statement()));
  }

  @Override
  public Plan source() {
    return source.plan();
  }

  @Override
  public List<Integer> sourceParameters() {
    return source.parameters();
  }

  @Override
  public String table() {
    return rows.table().displayName();
  }

  @Override
  public boolean isOverSeveralShards() {
    return rows.rows().size() > 1;
  }

  @Override
  public Optional<Question> question(Rows computed, List<@Nullable Object> values) {
    List<AskedKeys.Asked> asked = new ArrayList<>();
    for (int i = 0; computed.count() == 1 && i < places.size(); i++) {
      if (places.get(i).isKey() && !staysAsItIs(places.get(i)) && isAsked(computed, i)) {
        String type = String.valueOf(rows.key().get(places.get(i).column()).sqlType());
        asked.add(new AskedKeys.Asked(i, new KeyPart(i, null), type));
      }
    }
    return AskedKeys.question(tables, parsed, asked, computed);
  }

  private boolean isAsked(Rows computed, int i) {
    InsertRowsPlan.KeyPlace column = rows.key().get(places.get(i).column());
    String from = computed.types().get(i);
    if (column.type().isEmpty() || !StoredKeys.mayBecome(column.type().get(), from)) {
      return false;
    }
    Reading reading = StoredKeys.of(column.type().get(), from, computed.value(0, i));
    return !reading.never() && (reading.key() == null || !column.keeps(reading.key()));
  }

  @Override
  public Deal deal(Rows computed, List<@Nullable Object> values, ShardMap map) {
    return deal(computed, null, values, map);
  }

  @Override
  public Deal deal(
      Rows computed, @Nullable Rows told, List<@Nullable Object> values, ShardMap map) {
    if (computed.count() != 1) { // a function that returns sets, which VALUES does not take
      throw refusal(rows, places.get(0)).exception();
    }
    List<List<@Nullable Key>> all = new ArrayList<>();
    known.forEach(row -> all.add(new ArrayList<>(row)));
    List<Template.Edit> edits = new ArrayList<>();
    List<Integer> columns = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      if (place.isKey()) {
        all.get(place.row()).set(place.column(), key(computed, told, i));
      }
      if (!staysAsItIs(place)) {
        columns.add(i);
        String value = "(SELECT c" + i + "::" + computed.types().get(i) + " FROM " + COMPUTED + ")";
        edits.add(Template.Edit.replace(place.value().span(), value));
      }
    }
    DirectRoute route = routes.of(whole(all), edits, columns.isEmpty() ? "" : with(columns), map);
    List<Integer> onlyRow = columns.isEmpty() ? List.of() : List.of(0);
    return new Deal(route, Collections.nCopies(route.statements().size(), onlyRow), columns);
  }

  private static String with(List<Integer> columns) {
    return columns.stream()
        .map(i -> "c" + i)
        .collect(
            Collectors.joining(
                ", ",
                "WITH "
                    + COMPUTED
                    + " AS (SELECT * FROM unnest("
                    + String.join(", ", Collections.nCopies(columns.size(), "?::text[]"))
                    + ") AS computed(",
                ")) "));
  }

  /** The keys of rows whose columns are all known. */
  static List<Key> whole(List<List<@Nullable Key>> rows) {
    List<Key> keys = new ArrayList<>(rows.size());
    for (List<@Nullable Key> row : rows) {
      keys.add(Key.ofColumns(row.stream().map(Objects::requireNonNull).toList()));
    }
    return keys;
  }

  private Key key(Rows computed, @Nullable Rows told, int i) {
    Place place = places.get(i);
    InsertRowsPlan.KeyPlace column = rows.key().get(place.column());
    Reading stored = column.type().map(type -> AskedKeys.told(i, type, told, 0)).orElse(null);
    Reading reading =
        stored != null
            ? stored
            : column.type().isEmpty()
                ? Reading.UNKNOWN
                : StoredKeys.of(column.type().get(), computed.types().get(i), computed.value(0, i));
    if (reading.never()) {
      Table.Sharded table = rows.table();
      throw new RoutingException(
          ErrorCode.KEY_IS_NULL, table.displayName(), table.key().get(place.column()).name());
    }
    Key key = reading.key();
    boolean cast = stored != null || takesTypeOfColumn(place.value());
    if (key == null || (!cast && !column.keeps(key))) {
      throw refusal(rows, place).exception();
    }
    return key;
  }

  /** What is said of a key that cannot be told. */
  static Refusal refusal(InsertRowsPlan.Rows rows, Place place) {
    String table = rows.table().displayName();
    if (!place.isKey()) {
      return Refusal.of(ErrorCode.WRITE_NOT_MERGEABLE, "a sub-query over rows of other shards");
    }
    String column = rows.table().key().get(place.column()).name();
    if (!Constants.isConstant(place.value())) {
      return Refusal.of(ErrorCode.KEY_NOT_CONSTANT, table, column);
    }
    String type = rows.key().get(place.column()).typeName();
    return Refusal.of(ErrorCode.KEY_OF_UNKNOWN_TYPE, table, column, type);
  }
}
